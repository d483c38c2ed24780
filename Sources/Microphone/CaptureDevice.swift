/// What the capture loop needs of a device: ALSA's own operations and codes, so that tests can play a broken one.
///
/// All return 0 or more, or a negative code of `errno`.
package protocol CaptureDevice: AnyObject, SendableMetatype {
    /// What it was opened as, for people.
    var title: String { get }
    /// What it gives.
    var form: CaptureForm { get }
    /// Has it record; it must be prepared.
    func start() -> Int32
    /// Waits until a period is there.
    func wait(milliseconds: Int32) -> Int32
    /// Reads what is there, without waiting.
    /// - Parameter mono: room for a period; the mean of the channels, in −1…1.
    /// - Returns: frames read.
    func read(into mono: UnsafeMutableBufferPointer<Float>) -> Int
    /// Throws away what was recorded and gets ready to start.
    func prepare() -> Int32
    /// Goes on after the machine was asleep; not every device can.
    func resume() -> Int32
    /// Stops recording.
    func drop()
    /// Lets go of it; nothing else is asked of it afterwards.
    func close()
}
