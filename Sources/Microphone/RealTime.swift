#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// Threads, and the time they live by.
enum RealTime {
    /// Has this thread run before all ordinary ones, so that a busy machine loses no samples.
    /// - Returns: whether that is allowed: to root, and to whoever `/etc/security/limits.d` gives an rtprio.
    static func begin() -> Bool {
        // Low among its kind: the sound server itself and the card's interrupts go first. What a plugin starts on
        // this thread is not to inherit it.
        var priority = sched_param()
        priority.sched_priority = sched_get_priority_min(SCHED_RR) + 4
        let resetOnFork: Int32 = 0x4000_0000
        return sched_setscheduler(0, SCHED_RR | resetOnFork, &priority) == 0
    }

    /// Seconds on a clock that nobody sets, and that goes on while the machine sleeps.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Sleeps for about as long as a period of samples lasts.
    static func nap() { usleep(20_000) }
}
