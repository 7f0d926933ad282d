//! Folds a title so that one spelling of a word matches all of them.
//!
//! Case, accents (composed or not), Turkish dotless ı, final sigma, full-width letters and voicing
//! marks of kana fold away. Hangul syllables become their letters. Separators become one blank.
//! File systems store names decomposed, services composed; both fold to the same text.

/// A folded text, and where its parts come from.
pub(super) struct Folded {
    /// The folded text: words with one blank between them, none at the ends.
    pub(super) text: String,
    /// For each byte of the text, the byte of the original at which its character begins.
    origins: Vec<usize>,
}

impl Folded {
    /// Folds a text.
    pub(super) fn of(original: &str) -> Self {
        let mut folded =
            Self { text: String::with_capacity(original.len()), origins: Vec::with_capacity(original.len()) };
        for (at, character) in original.char_indices() {
            let between_digits = || {
                folded.text.ends_with(|c: char| c.is_ascii_digit())
                    && original[at + 1..].starts_with(|c: char| c.is_ascii_digit())
            };
            match character {
                '.' | ',' if between_digits() => folded.text.push('.'),
                '×' => folded.text.push('x'),
                _ => halfwidth(character).to_lowercase().for_each(|lower| push(&mut folded.text, lower)),
            }
            folded.origins.resize(folded.text.len(), at);
        }
        folded.text.truncate(folded.text.trim_end().len());
        folded
    }

    /// Returns the original's part that a part of the folded text comes from, in lower case.
    pub(super) fn quote(&self, original: &str, part: std::ops::Range<usize>) -> String {
        let from = self.origins[part.start];
        // The blank or character after the part is where it ends; marks belong to what they follow.
        let to = self.origins.get(part.end).copied().unwrap_or(original.len());
        original[from..to]
            .trim_matches(|c: char| !c.is_alphanumeric() && !is_mark(c))
            .to_lowercase()
            .replace('_', " ")
    }
}

/// Returns the common form of a full-width letter or digit.
fn halfwidth(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        _ => character,
    }
}

/// Returns whether a character is a mark on the one before it, or invisible.
fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{36F}' | '\u{3099}' | '\u{309A}' | '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{FE0F}')
}

/// Adds the folded form of a character in lower case.
fn push(text: &mut String, lower: char) {
    if lower.is_ascii_alphanumeric() {
        text.push(lower);
    } else if is_mark(lower) {
    } else if !lower.is_alphanumeric() {
        if !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
    } else {
        match lower {
            'ß' => text.push_str("ss"),
            'æ' => text.push_str("ae"),
            'œ' => text.push_str("oe"),
            '\u{AC00}'..='\u{D7A3}' => push_hangul(text, lower),
            _ => text.push(base(lower)),
        }
    }
}

/// Adds the letters of a Hangul syllable, as Unicode decomposes it.
fn push_hangul(text: &mut String, syllable: char) {
    let index = u32::from(syllable) - 0xAC00;
    let (lead, vowel, tail) = (index / 588, index % 588 / 28, index % 28);
    let letters = [Some(0x1100 + lead), Some(0x1161 + vowel), (tail > 0).then_some(0x11A7 + tail)];
    text.extend(letters.into_iter().flatten().filter_map(char::from_u32));
}

/// Returns a letter without its accent or voicing mark.
fn base(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'ǎ' => 'a',
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => 'c',
        'ð' | 'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => 'g',
        'ĥ' | 'ħ' => 'h',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ĵ' => 'j',
        'ķ' => 'k',
        'ĺ' | 'ļ' | 'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ŕ' | 'ŗ' | 'ř' => 'r',
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ŵ' => 'w',
        'ý' | 'ÿ' | 'ŷ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'й' => 'и',
        'ё' => 'е',
        'ї' => 'і',
        'ў' => 'у',
        _ => unvoiced(letter),
    }
}

/// Returns a kana without its voicing mark.
fn unvoiced(kana: char) -> char {
    let code = u32::from(kana);
    // Hiragana have the order of katakana, 0x60 lower.
    let offset = if (0x3041..=0x3096).contains(&code) { 0x60 } else { 0 };
    let plain = match code + offset {
        // From ka to chi, and from tsu to to, each kana is followed by its voiced form.
        voiced @ 0x30AC..=0x30C2 if voiced % 2 == 0 => voiced - 1,
        voiced @ (0x30C5 | 0x30C7 | 0x30C9) => voiced - 1,
        // From ha to ho, each is followed by two.
        voiced @ 0x30CF..=0x30DD => voiced - voiced % 3,
        0x30F4 => 0x30A6,
        other => other,
    };
    char::from_u32(plain - offset).unwrap_or(kana)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_fold_alike() {
        for (one, other) in [
            ("Maratón", "marato\u{301}n"),
            ("YARI MARATON", "yarı_maraton"),
            ("İstanbul", "istanbul"),
            ("Półmaraton", "polmaraton"),
            ("ΗΜΙΜΑΡΑΘΏΝΙΟΣ", "ημιμαραθωνιος"),
            ("Бег с йогом", "бег с и\u{306}огом"),
            ("ハーフ・ジョグ", "ハーフ シ\u{3099}ョク\u{3099}"),
            ("パーク", "ハ\u{309A}ーク"),
            ("대회", "\u{1103}\u{1162}\u{1112}\u{116C}"),
            ("１０ｋｍ", "10KM"),
            ("  Cool-down!! ", "cool down"),
            ("21,1 km", "21.1-km"),
        ] {
            assert_eq!(Folded::of(one).text, Folded::of(other).text, "{one}");
        }
        assert_ne!(Folded::of("ハ").text, Folded::of("ヒ").text);
    }

    #[test]
    fn a_part_is_quoted_as_it_was_written() {
        let name = "Große MARATO\u{301}N-Feier (대회)";
        let folded = Folded::of(name);
        let part = |word: &str| {
            let from = folded.text.find(word).expect("the word");
            folded.quote(name, from..from + word.len())
        };
        assert_eq!(part("grosse"), "große");
        assert_eq!(part("maraton"), "marato\u{301}n");
        assert_eq!(part(&Folded::of("대회").text), "대회");
    }
}
