"""Short texts in many scripts, and the fragments that tokenizers get wrong."""

SENTENCES = """
And so, my fellow Americans: ask not what your country can do for you — ask what you can do for your country.
I'm sure they'll say we've won; you're right, it's what he'd do, isn't it? DON'T SHOUT, IT'S RUDE, WE'LL SEE.
The year 1984 cost $1,234.56 (or €999,99), 50% off, 3½ × 10⁻³ m², №5, call +49-30-123456 at 12:34:56.
Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. Straße, Maß, GRÖSSE.
Portez ce vieux whisky au juge blond qui fume : « où est l'élève ? » Ça va, cœur, naïf, Noël.
El pingüino Wenceslao hizo kilómetros bajo exhaustiva lluvia. ¿Qué? ¡Sí, señor!
À noite, vovô Kowalsky vê o ímã cair no pé do pinguim queixoso; não são ações.
Pchnąć w tę łódź jeża lub ośm skrzyń fig. Zażółć gęślą jaźń.
Příliš žluťoučký kůň úpěl ďábelské ódy.
Árvíztűrő tükörfúrógép, jó foxim és don Quijote.
Pijamalı hasta yağız şoföre çabucak güvendi. İstanbul ılık, IĞDIR.
Chào thế giới, tôi không biết tiếng Việt nhưng đang học từng chữ một.
Kæmi ný öxi hér ykist þjófum nú bæði víl og ádrepa.
Съешь же ещё этих мягких французских булок, да выпей чаю. ПРИВЕТ, мир!
Чуєш їх, доцю, га? Кумедна ж ти, прощайся без ґольфів!
Ах чудна българска земьо, полюшвай цъфтящи жита. Љубазни фењерџија чађавог лица.
Ξεσκεπάζω τὴν ψυχοφθόρα βδελυγμία. Καλημέρα, τι κάνεις; ΟΔΥΣΣΕΥΣ
Տեսանք մեր հայրենիքը։ Բարև աշխարհ, ինչպե՞ս ես։
გამარჯობა მსოფლიო, როგორ ხარ დღეს? ᲐᲑᲒ
דג סקרן שט בים מאוכזב ולפתע מצא חברה. שָׁלוֹם עוֹלָם, צה״ל
نص حكيم له سر قاطع وذو شأن عظيم. مَرْحَبًا بِالعَالَم، كيف الحال؟ ١٢٣٤٥
سلام دنیا، حال شما چطور است؟ می‌خواهم ۱۲۳ کتاب بخوانم.
ہیلو دنیا، آپ کیسے ہیں؟ میں ٹھیک ہوں۔
ܫܠܡܐ ܥܠܡܐ · ހެލޯ ވޯލްޑް · ߒߞߏ ߛߓߍ
नमस्ते दुनिया, आप कैसे हैं? मैं हिन्दी सीख रहा हूँ। १२३४ क्षत्रिय ज्ञान
ওহে বিশ্ব, আপনি কেমন আছেন? আমি বাংলায় গান গাই। ১২৩
ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ ਦੁਨੀਆ, ਤੁਸੀਂ ਕਿਵੇਂ ਹੋ?
નમસ્તે દુનિયા, તમે કેમ છો? ૧૨૩
வணக்கம் உலகம், நீங்கள் எப்படி இருக்கிறீர்கள்? ௧௨௩
హలో ప్రపంచం, మీరు ఎలా ఉన్నారు? ಹಲೋ ಜಗತ್ತು, ನೀವು ಹೇಗಿದ್ದೀರಿ?
ഹലോ ലോകം, സുഖമാണോ? ආයුබෝවන් ලෝකය, ඔබට කොහොමද?
สวัสดีชาวโลก คุณสบายดีไหม ฉันกำลังเรียนภาษาไทยอยู่ ๑๒๓ น้ำ
ສະບາຍດີຊາວໂລກ ເຈົ້າເປັນແນວໃດ ໑໒໓
မင်္ဂလာပါ ကမ္ဘာလောက နေကောင်းလား ၁၂၃
សួស្តី​ពិភពលោក តើអ្នកសុខសប្បាយទេ ១២៣
བཀྲ་ཤིས་བདེ་ལེགས། འཛམ་གླིང་། ༡༢༣ ༄༅།
ሰላም ለዓለም፣ እንዴት ነህ? ፩፪፫ ኣማርኛ።
Сайн уу дэлхий. ᠰᠠᠢᠨ ᠤᠤ ᠳᠡᠯᠡᠬᠡᠢ᠃ ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᐃᓄᒃᑎᑐᑦ ᚠᚢᚦᚨᚱᚲ ᚛ᚑᚌᚐᚋ᚜
你好，世界！我在学习中文，今天天气很好。一二三，１２３，「引号」《书名》。
繁體中文：我嘅貓喺度瞓覺，佢哋唔知發生咩事。𠮷𠀋𪚥
こんにちは、世界。カタカナとひらがな、漢字も混ぜます。ｶﾀｶﾅ ヴァイオリン ー々〆〇
吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。
안녕하세요, 세계! 한국어를 배우고 있어요. 각 값 뷁 ㄱㄴㄷ 한
‏שלום‎ ‪bidi‬ ﬁ ﬂ ﷽ ﷺ ㍿ ㎏ Ⅷ ⅸ ① ⑳ ½ ² ㊗ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟙𝟚𝟛 𐍈 𒀀 𓀀
Family 👨‍👩‍👧‍👦, flags 🇩🇪🇫🇷🇺🇳🏴󠁧󠁢󠁥󠁮󠁧󠁿🏳️‍🌈, skin 👍🏽🤦🏿‍♀️, keycap 1️⃣ #️⃣, heart ❤️ ❤ ♥︎, new 🫠🫨🪿
♪ La la la ♫ [MUSIC] (applause) <i>x</i> ♩♬♭♮♯ {noise} -- SPEAKER_1: «…» „‚‘’“”
Z̸̗̈ą̷͌l̶̞̓g̵̬̀o̴̱͝ é è ñ ö (decomposed), é è ñ ö (composed), q̣̇ ṩ
func f<T>(_ x: inout [T]) -> Int? { return x.isEmpty ? nil : 0x1F & ~1 } // https://example.com/?a=b&c=%20#d
""".strip().split("\n")

FRAGMENTS = [
    "'s", "'t", "'re", "'ve", "'m", "'ll", "'d", "'S", "'RE", "'sa", "''s", " 's", "x's", "1's", "!'s", "'l", "'r",
    "'v", "’s", "it's", "'tis", "rock'n'roll", "'", "''", " '", "-", " -", "--", "...", "…", "?!", "!!!", "(a)",
    "<|endoftext|>", "<|en|>", "<|0.00|>", "<|notimestamps|>", "<|", "|>", "a\u0301", "e\u0301\u0323", "\u0301",
    "\u200d", "\u200b", "\ufeff", "\ufffd", "\ufffd\ufffd", "\x00", "\x01\x02", "\x7f", "\x1b[0m", "\r\n", "\n\n",
    "\n \n", "\t\t", " \t ", "\u00a0", "\u2028", "\u3000", "👍", "👍🏽", "👩‍💻", "🇯🇵", "🇯", "❤️", "1️⃣", "☎", "♪", "♪♪",
    "0", "007", "1,000", "3.14", "½", "²", "٣", "३", "๓", "Ⅷ", "①", "一", "㊀", "𝟘", "࿊", "൧൨", "𑁦", "word",
    "Word", "WORD", " word", "naïve", "straße", "Ωμέγα", "слово", "מילה", "كلمة", "शब्द", "คำ", "词", "言葉", "단어",
    "ቃል", "ཚིག", "բառ", "სიტყვა", "வார்த்தை", "ពាក្យ", "စကားလုံး", "ޗ", "ᏣᎳᎩ", "ꦗꦮ", "ߞ", "𐐷", "𞤀", "𠮷", "ʰ",
    "ª", "ǅ", "ﬁ", "ß", "ẞ", "ı", "İ", "ſ", "K", "Å", "ⓐ", "_", "a_b", "@user", "#tag", "$5", "€", "50%", "C++",
    "\u0378", "\ue000", "\ufdd0", "\uffff", "\U0010ffff", "\u0890", "\u088f", "\ua7f1", "\U00011db0", "\u180e",
    # Letters since Unicode 17, which the reference takes for none: bytes of both scalars would merge otherwise.
    "\U00011db6極", "\U00011dd1士", "\ua7d4이", "\U00011db0라",
]  # fmt: skip
