//! Decodes member names of a zip: UTF-8 if valid, else code page 437 (APPNOTE.TXT, appendix D).

use super::fields::extra_field;

/// The flag that a name is UTF-8.
const IS_UTF8: u16 = 1 << 11;
/// Info-ZIP's extra field with the name in UTF-8 (APPNOTE.TXT, 4.6.9).
const UNICODE_PATH: u16 = 0x7075;
/// The version and checksum before the name in that field, in bytes.
const UNICODE_PATH_HEAD: usize = 5;

/// Code page 437 from 128 on (Unicode Consortium, "CP437.TXT").
const CP437: [char; 128] = [
    'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å', 'É', 'æ', 'Æ', 'ô', 'ö',
    'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü', '¢', '£', '¥', '₧', 'ƒ', 'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '⌐',
    '¬', '½', '¼', '¡', '«', '»', '░', '▒', '▓', '│', '┤', '╡', '╢', '╖', '╕', '╣', '║', '╗', '╝', '╜', '╛',
    '┐', '└', '┴', '┬', '├', '─', '┼', '╞', '╟', '╚', '╔', '╩', '╦', '╠', '═', '╬', '╧', '╨', '╤', '╥', '╙',
    '╘', '╒', '╓', '╫', '╪', '┘', '┌', '█', '▄', '▌', '▐', '▀', 'α', 'ß', 'Γ', 'π', 'Σ', 'σ', 'µ', 'τ', 'Φ',
    'Θ', 'Ω', 'δ', '∞', 'φ', 'ε', '∩', '≡', '±', '≥', '≤', '⌠', '⌡', '÷', '≈', '°', '∙', '·', '√', 'ⁿ', '²',
    '■', '\u{a0}',
];

/// Decodes a name from its bytes, the member's flags and its extra fields.
pub(super) fn decode(name: &[u8], flags: u16, extra: &[u8]) -> String {
    let unicode = extra_field(extra, UNICODE_PATH).and_then(|field| {
        let (head, text) = field.split_at_checked(UNICODE_PATH_HEAD)?;
        let mut crc = flate2::Crc::new();
        crc.update(name);
        // The field is outdated if the name was changed later.
        let is_of_name = head[0] == 1 && head[1..] == crc.sum().to_le_bytes();
        std::str::from_utf8(text).ok().filter(|text| is_of_name && !text.is_empty())
    });
    match (unicode, std::str::from_utf8(name)) {
        (Some(text), _) => text.to_owned(),
        // Many writers use UTF-8 without the flag; other encodings are rarely valid UTF-8 by
        // chance.
        (None, Ok(text)) => text.to_owned(),
        (None, Err(_)) if flags & IS_UTF8 != 0 => String::from_utf8_lossy(name).into_owned(),
        (None, Err(_)) => name
            .iter()
            .map(|byte| byte.checked_sub(128).map_or(char::from(*byte), |high| CP437[usize::from(high)]))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_utf8_or_code_page_437() {
        assert_eq!(decode("läufe".as_bytes(), 0, &[]), "läufe");
        assert_eq!(decode(b"l\x84ufe", 0, &[]), "läufe");
        assert_eq!(decode(b"l\x84ufe", IS_UTF8, &[]), "l\u{fffd}ufe");
        assert_eq!(CP437[127], '\u{a0}');
        let mut crc = flate2::Crc::new();
        crc.update(b"a?");
        let field = [&[1][..], &crc.sum().to_le_bytes(), "a漢".as_bytes()].concat();
        let extra = [&[0x75, 0x70, field.len() as u8, 0][..], &field].concat();
        assert_eq!(decode(b"a?", 0, &extra), "a漢");
        assert_eq!(decode(b"b?", 0, &extra), "b?");
    }
}
