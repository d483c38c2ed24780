/// The stack machine that a pickle is a program for, cut down to what `torch.save` writes for a dictionary of
/// dimensions and tensors (protocols 2 to 5; the opcodes are described in CPython's `pickletools.py`).
struct PickleMachine {
    private var reader: ByteReader
    private var stack: [PickleValue] = []
    /// Where in the stack each open MARK is.
    private var marks: [Int] = []
    private var memo: [Int: PickleValue] = [:]

    /// A machine at the start of a pickle.
    init(_ reader: ByteReader) { self.reader = reader }

    /// Runs to STOP and returns what is left. Every opcode takes at least one byte and makes at most one
    /// value, so the pickle's length bounds both time and memory.
    mutating func run(_ pickle: inout Pickle) throws -> PickleValue {
        while true {
            let opcode = try reader.next(UInt8.self)
            if opcode == UInt8(ascii: ".") { return try pop() }
            if try pushConstant(opcode) { continue }
            if try useMemo(opcode) { continue }
            if try build(opcode, &pickle) { continue }
            throw damaged("it uses opcode 0x\(String(opcode, radix: 16)), which no Whisper checkpoint needs")
        }
    }

    // MARK: Numbers, text, names

    private mutating func pushConstant(_ opcode: UInt8) throws -> Bool {
        switch opcode {
        case 0x80: _ = try reader.take(1)  // PROTO
        case 0x95: _ = try reader.take(8)  // FRAME
        case UInt8(ascii: "N"): stack.append(.none)
        case 0x88: stack.append(.boolean(true))
        case 0x89: stack.append(.boolean(false))
        case UInt8(ascii: "K"): stack.append(.integer(try reader.int(UInt8.self)))
        case UInt8(ascii: "M"): stack.append(.integer(try reader.int(UInt16.self)))
        case UInt8(ascii: "J"): stack.append(.integer(try reader.int(Int32.self)))
        case 0x8A: stack.append(.integer(try longInteger()))  // LONG1
        case UInt8(ascii: "G"):  // BINFLOAT, the one big-endian number
            stack.append(.real(Double(bitPattern: try reader.next(UInt64.self).byteSwapped)))
        case 0x8C: stack.append(.text(try reader.text(reader.int(UInt8.self))))  // SHORT_BINUNICODE
        case UInt8(ascii: "X"): stack.append(.text(try reader.text(reader.int(UInt32.self))))  // BINUNICODE
        case UInt8(ascii: "c"): stack.append(.function(try named(module: line(), name: line())))
        case 0x93:  // STACK_GLOBAL
            guard let name = try pop().text, let module = try pop().text else { throw damaged() }
            stack.append(.function(try named(module: module, name: name)))
        default: return false
        }
        return true
    }

    /// A little-endian two's-complement integer of at most 8 bytes.
    private mutating func longInteger() throws -> Int {
        let bytes = try reader.take(reader.int(UInt8.self))
        guard bytes.count <= 8 else { throw damaged("it holds an integer of \(bytes.count) bytes") }
        var number: UInt64 = bytes.last.map { $0 & 0x80 != 0 } == true ? .max : 0
        for byte in bytes.reversed() { number = number << 8 | UInt64(byte) }
        return Int(Int64(bitPattern: number))
    }

    /// Text up to the next line feed, no longer than any name that is allowed.
    private mutating func line() throws -> String {
        var bytes: [UInt8] = []
        while case let byte = try reader.next(UInt8.self), byte != UInt8(ascii: "\n") {
            guard bytes.count < 256 else { throw damaged("it refers to a name of more than 256 letters") }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func named(module: String, name: String) throws -> PickleFunction {
        guard let function = PickleFunction(rawValue: "\(module) \(name)") else {
            throw reader.file.error(
                "refused: its pickle asks for \(quoted("\(module).\(name)")), which is not part of a plain checkpoint"
            )
        }
        return function
    }

    // MARK: Memo

    private mutating func useMemo(_ opcode: UInt8) throws -> Bool {
        switch opcode {
        case UInt8(ascii: "q"): try remember(reader.int(UInt8.self))
        case UInt8(ascii: "r"): try remember(reader.int(UInt32.self))
        case 0x94: try remember(memo.count)  // MEMOIZE
        case UInt8(ascii: "h"): try recall(reader.int(UInt8.self))
        case UInt8(ascii: "j"): try recall(reader.int(UInt32.self))
        default: return false
        }
        return true
    }

    private mutating func remember(_ index: Int) throws {
        guard let top = stack.last else { throw damaged() }
        memo[index] = top
    }

    private mutating func recall(_ index: Int) throws {
        guard let value = memo[index] else { throw damaged() }
        stack.append(value)
    }

    // MARK: Containers and tensors
    // The functions called with popped arguments are mutating so that they see the stack after the pop.

    private mutating func build(_ opcode: UInt8, _ pickle: inout Pickle) throws -> Bool {
        switch opcode {
        case UInt8(ascii: "("): marks.append(stack.count)
        case UInt8(ascii: ")"): stack.append(pickle.add(tuple: []))
        case UInt8(ascii: "t"): stack.append(pickle.add(tuple: try popToMark()))
        case 0x85, 0x86, 0x87: stack.append(pickle.add(tuple: try pop(Int(opcode) - 0x84)))
        case UInt8(ascii: "]"): stack.append(pickle.addList())
        case UInt8(ascii: "a"): try append(pop(1), &pickle)
        case UInt8(ascii: "e"): try append(popToMark(), &pickle)
        case UInt8(ascii: "}"): stack.append(pickle.addDictionary())
        case UInt8(ascii: "s"): try setItems(pop(2), &pickle)
        case UInt8(ascii: "u"): try setItems(popToMark(), &pickle)
        case UInt8(ascii: "b"):  // BUILD: a state dict's `_metadata`, which says nothing about the weights
            _ = try pop()
            guard pickle[dictionary: stack.last] != nil else { throw damaged("it changes an object") }
        case UInt8(ascii: "Q"): stack.append(try storage(pop(), &pickle))
        case UInt8(ascii: "R"):
            let arguments = try pop()
            stack.append(try reduce(try pop(), arguments, &pickle))
        default: return false
        }
        return true
    }

    private mutating func append(_ elements: [PickleValue], _ pickle: inout Pickle) throws {
        guard let list = stack.last, pickle.append(elements, to: list) else { throw damaged() }
    }

    private mutating func setItems(_ items: [PickleValue], _ pickle: inout Pickle) throws {
        guard let dictionary = stack.last, items.count % 2 == 0 else { throw damaged() }
        for index in stride(from: 0, to: items.count, by: 2) {
            guard let key = items[index].text else { throw damaged("it has a key that is not text") }
            guard pickle.set(key, to: items[index + 1], in: dictionary) else {
                throw damaged("it sets \(quoted(key)) twice")
            }
        }
    }

    /// What calling `function` would return.
    private mutating func reduce(
        _ function: PickleValue, _ arguments: PickleValue, _ pickle: inout Pickle
    ) throws -> PickleValue {
        guard let function = function.function, let arguments = pickle[tuple: arguments] else {
            throw damaged()
        }
        switch function {
        case .orderedDictionary where arguments.isEmpty:
            return pickle.addDictionary()
        case .rebuildParameter where arguments.count == 3 && pickle[tensor: arguments[0]] != nil:
            return arguments[0]
        case .rebuildTensor where arguments.count >= 6:
            guard let storage = pickle[storage: arguments[0]], let offset = arguments[1].integer,
                let shape = pickle[tuple: arguments[2]], let strides = pickle[tuple: arguments[3]],
                shape.count == strides.count, shape.count <= 4
            else { throw damaged("it describes a tensor that cannot be") }
            return pickle.add(
                tensor: PickleTensor(
                    storage: storage, offset: offset, shape: try shape.map(size),
                    strides: try strides.map(size)))
        case .orderedDictionary, .rebuildTensor, .rebuildParameter, .halfStorage, .floatStorage,
            .bfloat16Storage:
            throw damaged("it calls \(quoted(function.rawValue)) with other arguments than torch.save writes")
        }
    }

    private func size(_ value: PickleValue) throws -> Int {
        guard let size = value.integer, size >= 0 else {
            throw damaged("it describes a tensor that cannot be")
        }
        return size
    }

    /// A persistent id: ('storage', type, key, device, count).
    private mutating func storage(_ identifier: PickleValue, _ pickle: inout Pickle) throws -> PickleValue {
        guard let parts = pickle[tuple: identifier], parts.count == 5, parts[0].text == "storage",
            let type = parts[1].function?.storedType, let key = parts[2].text, let count = parts[4].integer
        else { throw damaged("it refers to something other than a tensor's numbers") }
        return pickle.add(storage: PickleStorage(key: key, type: type, count: count))
    }

    // MARK: The stack

    private mutating func pop() throws -> PickleValue {
        // What lies below the innermost mark may only be reached through it.
        guard stack.count > marks.last ?? 0, let top = stack.popLast() else { throw damaged() }
        return top
    }

    private mutating func pop(_ count: Int) throws -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else { throw damaged() }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws -> [PickleValue] {
        guard let mark = marks.popLast() else { throw damaged() }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private func damaged(_ detail: String = "its program makes no sense") -> CheckpointError {
        reader.file.error("has a pickle that is damaged or not a checkpoint's: \(detail)")
    }
}
