/// A JSON value, written on one line as Python's `json.dumps` writes it.
package indirect enum JSONValue: Sendable {
    case null
    case truth(Bool)
    case integer(Int)
    /// The shortest decimal that reads back as the same number: what Python's `repr` gives, too. `null` where JSON
    /// has no such number.
    case number(Double)
    case text(String)
    case list([JSONValue])
    /// Members in the order they are written in.
    case object([(name: String, value: JSONValue)])

    /// The value's text.
    /// - Parameter ascii: whether all but ASCII is escaped.
    package func written(ascii: Bool) -> String {
        switch self {
        case .null: "null"
        case .truth(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): value.isFinite ? value.description : "null"
        case .text(let value): quoted(value, ascii: ascii)
        case .list(let values): "[" + values.map { $0.written(ascii: ascii) }.joined(separator: ", ") + "]"
        case .object(let members): "{" + JSONValue.written(members, ascii: ascii) + "}"
        }
    }

    /// Members without the braces around them.
    static func written(_ members: [(name: String, value: JSONValue)], ascii: Bool) -> String {
        members.map { "\(quoted($0.name, ascii: ascii)): \($0.value.written(ascii: ascii))" }
            .joined(separator: ", ")
    }
}

extension JSONValue: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByStringLiteral {
    package init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { (name: $0.0, value: $0.1) })
    }
    package init(stringLiteral value: String) { self = .text(value) }
}

/// A JSON string, with what must be escaped, or all but ASCII.
private func quoted(_ text: String, ascii: Bool) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\u{8}": result += "\\b"
        case "\t": result += "\\t"
        case "\n": result += "\\n"
        case "\u{C}": result += "\\f"
        case "\r": result += "\\r"
        case " "..."~": result.unicodeScalars.append(scalar)
        case "\u{80}"... where !ascii: result.unicodeScalars.append(scalar)
        default:
            for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { result += escaped(unit) }
        }
    }
    return result + "\""
}

private func escaped(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
}
