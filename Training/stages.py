"""What is trained in which order: first to hear, then to write what is heard, from short to long, then all places."""

import dataclasses

# Each makes its own crops and shares its gradients: a batch is so many times the crops of a stage.
PROCESSES = 2


@dataclasses.dataclass
class Stage:
    """Some steps of one kind. `crops`: (seconds, crops per process and step, share of the steps)."""

    name: str
    # Steps; of those on a GPU, a share of the time.
    length: int
    crops: list
    rate: float
    last_rate: float
    # How much the heads for sounds and words count beside the text.
    listening: float = 1.0
    writes: bool = True
    sets: tuple = ("three",)
    # How many of the crops keep their place in their window.
    later: float = 0.0
    # How much it counts that some heads of the decoder look where the next row is heard.
    looking: float = 0.0
    # Whether the weights are rounded as int8 does.
    quantises: bool = False
    # How many of the batches are augmented.
    augmented: float = 1.0
    warmup: int = 100

    def __post_init__(self):
        total = sum(share for _, _, share in self.crops)
        self.shares = [share / total for _, _, share in self.crops]
        self.crops = [(seconds, count) for seconds, count, _ in self.crops]


# To hear, to write, from short to long; three of four men, and in the end all of them.
STAGES = [
    Stage("listen", 1200, [(2.56, 24, 1)], 4e-3, 2e-3, writes=False, augmented=0.5),
    Stage("write", 600, [(4, 24, 0.6), (8, 12, 0.4)], 3e-3, 2e-3, looking=0.3),
    Stage("long", 800, [(4, 24, 0.2), (8, 12, 0.4), (15, 6, 0.2), (30, 3, 0.2)], 2e-3, 1.2e-3, listening=0.5, later=0.4,
          looking=0.3),
    Stage("whole", 1000, [(8, 12, 0.35), (15, 6, 0.25), (30, 3, 0.4)], 1.2e-3, 1e-4, listening=0.3, later=0.5,
          looking=0.2),
    Stage("further", 4000, [(4, 24, 0.15), (8, 12, 0.3), (15, 6, 0.2), (30, 3, 0.35)], 1e-3, 1e-4, listening=0.3,
          later=0.5, looking=0.2),
    Stage("all", 1200, [(8, 12, 0.35), (15, 6, 0.25), (30, 3, 0.4)], 4e-4, 2e-5, listening=0.3, later=0.5,
          sets=("three", "all"), looking=0.2),
    Stage("round", 100, [(8, 12, 0.3), (15, 6, 0.2), (30, 3, 0.5)], 2e-5, 1e-5, listening=0.1, later=0.5,
          sets=("three", "all"), looking=0.2, quantises=True),
]  # fmt: skip

# The same with the larger network on a GPU, some seven times the crops in a step; lengths are shares of the time.
BROAD_SECONDS = 578
BROAD = [
    Stage("listen", 40, [(2.56, 384, 1)], 4e-3, 3e-3, writes=False, augmented=0.7),
    Stage("write", 50, [(4, 320, 0.6), (8, 160, 0.4)], 3e-3, 2.5e-3, looking=0.3),
    Stage("long", 60, [(4, 320, 0.2), (8, 160, 0.4), (15, 96, 0.2), (30, 48, 0.2)], 2.5e-3, 2e-3, listening=0.5,
          later=0.4, looking=0.3),
    Stage("further", 230, [(4, 320, 0.15), (8, 160, 0.3), (15, 96, 0.2), (30, 48, 0.35)], 2e-3, 1e-4, listening=0.3,
          later=0.5, looking=0.2),
    Stage("all", 105, [(8, 160, 0.35), (15, 96, 0.25), (30, 48, 0.4)], 6e-4, 2e-5, listening=0.3, later=0.5,
          sets=("three", "all"), looking=0.2),
    Stage("round", 15, [(8, 160, 0.3), (15, 96, 0.2), (30, 48, 0.5)], 2e-5, 1e-5, listening=0.1, later=0.5,
          sets=("three", "all"), looking=0.2, quantises=True),
]  # fmt: skip


def _settled(last):
    """What follows those on a GPU, on two cores in minutes: digits cut close, as people's recordings of them are."""
    return [
        Stage("settle", 170, [(8, 12, 0.35), (15, 6, 0.25), (30, 3, 0.4)], 4e-4, 1e-5, listening=0.3, later=0.5,
              sets=(f"close-{last}",), looking=0.2, warmup=20),
        Stage("round", 40, [(8, 12, 0.3), (15, 6, 0.2), (30, 3, 0.5)], 2e-5, 1e-5, listening=0.1, later=0.5,
              sets=(f"close-{last}",), looking=0.2, quantises=True, warmup=10),
    ]  # fmt: skip


# By the name that their checkpoints have.
RECIPES = {"state": STAGES, "settled": _settled("all"), "settled-stranger": _settled("three")}
