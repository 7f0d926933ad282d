//! Reads TCX through the `quick-xml` pull parser, as a second opinion.
//!
//! Damage in the markup ends the reading; the data before it is kept.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::TcxBuilder;
use crate::activity::{Activity, Place};
use crate::ingest::error::Failure;
use crate::ingest::xml::content::ElementContent;
use crate::ingest::xml::encoding;

/// Reads every activity of a TCX file.
///
/// # Errors
///
/// Fails if the file has no activity, or is damaged before the first one.
pub(in crate::ingest) fn read(bytes: &[u8]) -> Result<Vec<Activity>, Failure> {
    let document = encoding::decode(bytes);
    let mut reader = Reader::from_str(&document);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_dangling_amp = true;
    let mut builder = TcxBuilder::default();
    let mut content = String::new();
    let broke_off = loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                content.clear();
                open(&mut builder, &element);
            }
            Ok(Event::Empty(element)) => {
                content.clear();
                open(&mut builder, &element);
                builder.close(name(&element), ElementContent::plain(""));
            }
            Ok(Event::Text(piece)) => content.push_str(&piece.xml10_content()),
            Ok(Event::CData(piece)) => content.push_str(&piece.xml10_content()),
            Ok(Event::GeneralRef(entity)) => content.push_str(&reference(&entity)),
            Ok(Event::End(element)) => {
                builder.close(element.local_name().into_inner().as_bytes(), ElementContent::plain(&content));
                content.clear();
            }
            Ok(Event::Eof) if builder.is_inside() => break Some("the file breaks off".to_owned()),
            Ok(Event::Eof) => break None,
            Ok(_) => {}
            Err(error) => break Some(format!("the XML is broken ({error})")),
        }
    };
    builder.finish(broke_off, Some(Place::Byte(reader.buffer_position())))
}

/// Resolves a predefined or numeric entity; others become nothing, because expanding them is how
/// XML bombs work.
fn reference(entity: &quick_xml::events::BytesRef) -> String {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return character.to_string();
    }
    let name = entity.xml10_content();
    quick_xml::escape::resolve_predefined_entity(&name).unwrap_or_default().to_owned()
}

/// Passes a start tag to the builder.
fn open(builder: &mut TcxBuilder, element: &BytesStart) {
    let attributes: Vec<_> = element.attributes().flatten().collect();
    builder.open(name(element), |wanted| {
        let is_wanted = |key: &str| key.as_bytes() == wanted;
        let attribute = attributes.iter().find(|at| is_wanted(at.key.local_name().into_inner()))?;
        Some(ElementContent::plain(&attribute.value))
    });
}

/// Returns an element's local name.
fn name<'a>(element: &'a BytesStart) -> &'a [u8] {
    element.local_name().into_inner().as_bytes()
}
