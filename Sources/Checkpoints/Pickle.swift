/// What a checkpoint's pickle can hold. Containers are numbers into the `Pickle`'s arenas, never values within
/// values: a file that nests or refers to itself a million times deep costs a million small entries and no
/// recursion, neither here nor when they are freed.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    case real(Double)
    case text(String)
    case tuple(Int)
    case list(Int)
    case dictionary(Int)
    case function(PickleFunction)
    case storage(Int)
    case tensor(Int)
}

/// The only names a pickle may refer to. None of them is called: each stands for something built here.
enum PickleFunction: String {
    case orderedDictionary = "collections OrderedDict"
    case rebuildTensor = "torch._utils _rebuild_tensor_v2"
    case rebuildParameter = "torch._utils _rebuild_parameter"
    case halfStorage = "torch HalfStorage"
    case floatStorage = "torch FloatStorage"
    case bfloat16Storage = "torch BFloat16Storage"

    /// The type of the numbers in a storage.
    var storedType: StoredType? {
        switch self {
        case .halfStorage: .float16
        case .floatStorage: .float32
        case .bfloat16Storage: .bfloat16
        case .orderedDictionary, .rebuildTensor, .rebuildParameter: nil
        }
    }
}

/// A file of raw numbers within the archive, which tensors are views of.
struct PickleStorage {
    let key: String
    let type: StoredType
    let count: Int
}

/// A view of a storage, in numbers, not bytes.
struct PickleTensor {
    let storage: PickleStorage
    let offset: Int
    let shape: [Int]
    let strides: [Int]
}

/// A pickle, read by an interpreter that can only build containers, numbers, text and tensors. Everything else
/// a pickle could ask for, above all calling a function, is refused by name.
struct Pickle {
    /// The value the pickle ends with.
    private(set) var result = PickleValue.none
    private var tuples: [[PickleValue]] = []
    private var lists: [[PickleValue]] = []
    private var dictionaries: [[String: PickleValue]] = []
    private var storages: [PickleStorage] = []
    private var tensors: [PickleTensor] = []

    /// Large-v3's pickle has half a megabyte. The bound keeps the interpreter's memory small.
    static let largest = 4 << 20

    /// Runs the pickle in `bytes`, a part of `file`.
    init(_ bytes: UnsafeRawBufferPointer, in file: ModelFile) throws {
        guard bytes.count <= Self.largest else {
            throw file.error("has a pickle of \(bytes.count) bytes, far more than a Whisper model's")
        }
        var machine = PickleMachine(ByteReader(file, bytes, of: "its pickle"))
        result = try machine.run(&self)
    }

    // MARK: Reading

    /// The entries of a dictionary.
    subscript(dictionary value: PickleValue?) -> [String: PickleValue]? {
        if case .dictionary(let index) = value { dictionaries[index] } else { nil }
    }

    /// A tensor.
    subscript(tensor value: PickleValue?) -> PickleTensor? {
        if case .tensor(let index) = value { tensors[index] } else { nil }
    }

    /// The elements of a tuple.
    subscript(tuple value: PickleValue?) -> [PickleValue]? {
        if case .tuple(let index) = value { tuples[index] } else { nil }
    }

    /// A storage.
    subscript(storage value: PickleValue?) -> PickleStorage? {
        if case .storage(let index) = value { storages[index] } else { nil }
    }

    // MARK: Building

    mutating func add(tuple elements: [PickleValue]) -> PickleValue {
        tuples.append(elements)
        return .tuple(tuples.count - 1)
    }

    mutating func addList() -> PickleValue {
        lists.append([])
        return .list(lists.count - 1)
    }

    mutating func addDictionary() -> PickleValue {
        dictionaries.append([:])
        return .dictionary(dictionaries.count - 1)
    }

    mutating func add(storage: PickleStorage) -> PickleValue {
        storages.append(storage)
        return .storage(storages.count - 1)
    }

    mutating func add(tensor: PickleTensor) -> PickleValue {
        tensors.append(tensor)
        return .tensor(tensors.count - 1)
    }

    /// Appends to the list `value`; false where it is none.
    mutating func append(_ elements: some Sequence<PickleValue>, to value: PickleValue) -> Bool {
        guard case .list(let index) = value else { return false }
        lists[index].append(contentsOf: elements)
        return true
    }

    /// Sets an entry of the dictionary `value`; false where it is none or has that key already.
    mutating func set(_ key: String, to element: PickleValue, in value: PickleValue) -> Bool {
        guard case .dictionary(let index) = value else { return false }
        return dictionaries[index].updateValue(element, forKey: key) == nil
    }
}

extension PickleValue {
    /// The integer it is; nil for everything else.
    var integer: Int? { if case .integer(let number) = self { number } else { nil } }

    /// The text it is; nil for everything else.
    var text: String? { if case .text(let text) = self { text } else { nil } }

    /// The function it names; nil for everything else.
    var function: PickleFunction? { if case .function(let function) = self { function } else { nil } }
}
