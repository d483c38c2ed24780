import Testing

@Suite("the search for text")
struct SearchTests {
    @Test(
        "takes openai's and whisper.cpp's spellings",
        arguments: [
            "--beam-size 3 --patience 1.5 --length-penalty 0.6", "--beam_size 3 --length_penalty 1", "-bs 2",
            "--temperature 0 --temperature_increment_on_fallback None --no_speech_threshold None",
            "-tp 0 -nf -lpt -1 -nth 0.6", "--logprob_threshold -1.0 --compression_ratio_threshold nan",
            "-tpi 0.2 -bo 2 --seed 7", "--beam_size None --best_of None",
            "--suppress_tokens -1 --suppress_blank True --max-tokens 200",
            "--initial_prompt one --carry_initial_prompt True --condition_on_previous_text True",
            "--suppress-tokens -1,51864", "--prompt one --carry-initial-prompt",
            "-bs 5 -bo 5", "--patience None --length_penalty None --hallucination_silence_threshold None",
            "--threads 0 --fp16 True -ml 0", "--max_line_width None --max_words_per_line None --fp16 False",
            "-bs -1 -bo -1 -tpi 0", "-nf -tpi 0 -bs 5 -bo 5", "--patience 1 --prefix= --hotwords=",
            "--vad_filter False --multilingual False", "--vad True --translate false",
            "--vad_filter=True --multilingual=False --translate=false",
        ])
    func spellings(_ flags: String) throws {
        let run = try shell(#"exec "$0" -q $2 "$1" < /dev/null"#, [sample("pi.flac"), flags])
        #expect(run.status == 0)
        #expect(run.errors == "")
        #expect(run.output.contains("three one four one"))
    }

    @Test(
        "refuses what contradicts itself, with the reason",
        arguments: [
            ("--patience 2", "it needs a beam size"), ("--best-of 5 -nf", "needs a temperature above 0"),
            ("--temperature 0.4 --beam-size 5", "needs temperature 0"),
            ("-tp -1", "from 0 upwards"), ("-bs -2", "1 to 100"),
            ("--length_penalty -1 -bs 2", "between 0 and 1"),
            ("--translate --task transcribe", "contradict each other"),
            ("--length-penalty 0.5", "ranks beams or samples"),
            ("--carry-initial-prompt true", "no initial prompt"),
            ("--hotwords a --prefix b", "beside a prefix"), ("--suppress-regex (", "no regular expression"),
            ("--no-fallback -tpi 0.2", "contradict each other"), ("-tpi -1", "must be above 0"),
            ("--suppress-tokens 1,x", "token ids"), ("--suppress-tokens -1,51865", "no token 51865"),
            ("--suppress-tokens 9223372036854775807", "has 0 to 51864"),
            ("--no-speech-threshold much", "a number, or None"),
            ("--vad --best-of 5 -nf", "needs a temperature above 0"),
            ("--fp16 True --precision f16", "both say"),
        ])
    func contradictions(flags: String, reason: String) throws {
        let run = try shell(#"exec "$0" -q $2 "$1" < /dev/null"#, [sample("pi.flac"), flags])
        #expect(run.status == 64)
        #expect(run.output == "")
        #expect(run.errors.contains(reason), "\(run.errors)")
    }

    @Test("begins every window with hotwords and forbids what matches a pattern")
    func words() throws {
        let run = try earshot(
            "-q", "--hotwords", "one two", "--suppress-regex", " (one|four)", sample("pi.flac"))
        #expect(run.status == 0)
        #expect(!run.output.contains("one") && run.output.contains("three"))
    }
}
