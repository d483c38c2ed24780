import Earshot
import Testing

@Suite struct SpokenLanguageTests {
    @Test func aGuessIsFollowedUntilEnoughWasSaid() {
        var language = SpokenLanguage(named: nil, mayChange: false)
        var steps: [String] = []
        for (detected, seconds) in [("de", 1), ("de", 1.5), ("nl", 2), ("nl", 3)] {
            let isNews = language.take(detected, hasConfirmed: false, seconds: seconds)
            steps.append("\(isNews) \(language.current ?? "") \(language.settled ?? "")")
        }
        #expect(steps == ["true de ", "false de ", "true nl ", "true nl nl"])
        #expect(!language.isOpen(hasConfirmed: false, seconds: 9))
    }

    /// Words are often confirmed before enough was said.
    @Test func itIsSettledInTheMiddleOfATextForTheWindowsThatFollow() {
        var language = SpokenLanguage(named: nil, mayChange: false)
        _ = language.take("nl", hasConfirmed: false, seconds: 1)
        #expect(!language.isOpen(hasConfirmed: true, seconds: 2.9))
        #expect(language.isOpen(hasConfirmed: true, seconds: 3))
        let isNews = language.take("de", hasConfirmed: true, seconds: 3)
        #expect(isNews && language.settled == "de" && language.current == "nl")
        language.keep(hasConfirmed: true)
        #expect(language.current == "nl")
        language.keep(hasConfirmed: false)
        #expect(language.current == "de")
    }

    @Test func whereItMayChangeItIsNeverSettled() {
        var language = SpokenLanguage(named: nil, mayChange: true)
        _ = language.take("de", hasConfirmed: false, seconds: 20)
        #expect(language.settled == nil && language.isOpen(hasConfirmed: false, seconds: 20))
        #expect(!language.isOpen(hasConfirmed: true, seconds: 20))
    }

    @Test func whatIsNamedIsNotDetected() {
        let language = SpokenLanguage(named: "fr", mayChange: true)
        #expect(language.current == "fr" && !language.isOpen(hasConfirmed: false, seconds: 20))
    }
}
