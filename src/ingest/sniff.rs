//! Recognises XML formats by the root element in a file's first bytes.

use super::xml;

/// Returns the local name of an XML document's root element, after declaration, comments and
/// doctype.
///
/// Returns `None` if `head` ends before the name does, or is not XML.
pub(super) fn root_element(head: &[u8]) -> Option<String> {
    let text = xml::encoding::decode(head);
    let mut rest = text.trim_start();
    loop {
        let after = if let Some(inner) = rest.strip_prefix("<?") {
            inner.split_once("?>")?.1
        } else if let Some(inner) = rest.strip_prefix("<!--") {
            inner.split_once("-->")?.1
        } else if let Some(inner) = rest.strip_prefix("<!DOCTYPE") {
            let subset = inner.find('[').filter(|open| inner.find('>').is_none_or(|close| *open < close));
            let end = if subset.is_some() { inner.split_once(']')?.1 } else { inner };
            end.split_once('>')?.1
        } else {
            break;
        };
        rest = after.trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let name = &name[..name.find(|c: char| c.is_whitespace() || c == '>' || c == '/')?];
    let local = name.rsplit(':').next()?;
    Some(local.to_owned()).filter(|local| local.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_element_is_found_after_any_prolog() {
        for (head, root) in [
            ("<gpx version='1.1'>", Some("gpx")),
            ("\u{feff}<?xml version=\"1.0\"?>\n<!-- a > b --><x:gpx>", Some("gpx")),
            (
                "<!DOCTYPE bomb [<!ENTITY a \"b>\">]>\n<TrainingCenterDatabase\n>",
                Some("TrainingCenterDatabase"),
            ),
            ("<!DOCTYPE gpx><gpx/>", Some("gpx")),
            ("<", None),
            ("plain < text", None),
        ] {
            assert_eq!(root_element(head.as_bytes()).as_deref(), root, "{head}");
        }
        for text in ["<gpx >", "<?xml version='1.0'?><gpx>", "<!-- ü --><gpx>", "\u{feff}\n<gpx>"] {
            let [little, big] = [u16::to_le_bytes, u16::to_be_bytes]
                .map(|bytes| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>());
            assert_eq!(root_element(&little).as_deref(), Some("gpx"), "{text}");
            assert_eq!(root_element(&big).as_deref(), Some("gpx"), "{text}");
        }
        let cyrillic = b"<?xml version='1.0' encoding='windows-1251'?><!-- \xCF\xEE\xEB\xE5 --><gpx>";
        assert_eq!(root_element(cyrillic).as_deref(), Some("gpx"));
    }
}
