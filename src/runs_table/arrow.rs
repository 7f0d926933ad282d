//! Conversion between Rust values and Arrow arrays, by one trait, [`Columnar`].
//!
//! A struct becomes a struct array whose children have its fields' names. A `Vec` becomes a list
//! array, an enum its word as text, and `None` null. Every column is nullable in the schema,
//! because engines that copy a table do not keep which columns are required. Null in a required
//! field is an error when a table is read.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, ListArray, PrimitiveArray, StringArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields};

use super::RunsTableError;
use crate::escape::escape_controls;

/// A type whose values can be the cells of a column.
pub(super) trait Columnar: Sized {
    /// Returns the column's Arrow type.
    fn data_type() -> DataType;

    /// Returns an array of some values; `None` becomes null.
    fn to_array(values: &[Option<&Self>]) -> ArrayRef;

    /// Returns the values of an array of the expected type; null becomes `None`.
    ///
    /// # Errors
    ///
    /// If the array has another type, a required value is null, or a value is unknown.
    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError>;

    /// Returns the values of an array; an array of nulls alone may have any type.
    ///
    /// Engines that infer types have nothing to infer the type of such an array from.
    ///
    /// # Errors
    ///
    /// As [`Columnar::from_typed_array`].
    fn from_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        if array.logical_null_count() == array.len() {
            return Ok((0..array.len()).map(|_| None).collect());
        }
        Self::from_typed_array(array)
    }
}

/// Returns the Arrow field for a field of a struct. The function selects the field and fixes its
/// type.
pub(super) fn field<S, T: Columnar>(name: &str, _: impl Fn(&S) -> &T) -> Field {
    Field::new(name, T::data_type(), true)
}

/// Returns the array of one field of some structs.
pub(super) fn field_to_array<S, T: Columnar>(values: &[Option<&S>], of: impl Fn(&S) -> &T) -> ArrayRef {
    T::to_array(&values.iter().map(|value| value.map(&of)).collect::<Vec<_>>())
}

/// Returns the values of one field from a struct array.
pub(super) fn field_from_array<T: Columnar>(
    array: &StructArray,
    name: &'static str,
) -> Result<std::vec::IntoIter<Option<T>>, RunsTableError> {
    let column = array.column_by_name(name).ok_or(RunsTableError::NoColumn(name))?;
    Ok(T::from_array(column)?.into_iter())
}

/// Returns the values of a field that older tables do not have: its default where it is absent.
pub(super) fn later_field_from_array<T: Columnar + Default + Clone>(
    array: &StructArray,
    name: &'static str,
) -> Result<std::vec::IntoIter<Option<T>>, RunsTableError> {
    let Some(column) = array.column_by_name(name) else {
        return Ok(vec![Some(T::default()); array.len()].into_iter());
    };
    let values = T::from_array(column)?.into_iter();
    Ok(values.map(|value| Some(value.unwrap_or_default())).collect::<Vec<_>>().into_iter())
}

/// Returns a struct array from the arrays of its fields.
pub(super) fn struct_array<S>(values: &[Option<&S>], fields: Fields, columns: Vec<ArrayRef>) -> ArrayRef {
    let nulls = NullBuffer::from(values.iter().map(Option::is_some).collect::<Vec<_>>());
    Arc::new(StructArray::new(fields, columns, Some(nulls)))
}

/// Returns an array as a struct array.
pub(super) fn as_struct(array: &dyn Array) -> Result<&StructArray, RunsTableError> {
    array.as_struct_opt().ok_or_else(|| wrong_type("a struct", array))
}

/// Implements [`Columnar`] for a struct by its fields. A field after the semicolon is not written
/// and is read as the given value. Fields after `later` are read as their default from older
/// tables, which do not have them.
macro_rules! columnar_struct {
    ($type:ty { $($field:ident),* $(,)? $(; $omitted:ident: $value:expr)? } $(later { $($later:ident),* })?) => {
        impl Columnar for $type {
            fn data_type() -> DataType {
                let fields = vec![
                    $(arrow::field(stringify!($field), |value: &Self| &value.$field),)*
                    $($(arrow::field(stringify!($later), |value: &Self| &value.$later),)*)?
                ];
                DataType::Struct(fields.into())
            }

            fn to_array(values: &[Option<&Self>]) -> ArrayRef {
                let DataType::Struct(fields) = Self::data_type() else { unreachable!("data_type returns it") };
                let columns = vec![
                    $(arrow::field_to_array(values, |value: &Self| &value.$field),)*
                    $($(arrow::field_to_array(values, |value: &Self| &value.$later),)*)?
                ];
                arrow::struct_array(values, fields, columns)
            }

            fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
                let array = arrow::as_struct(array)?;
                $(let mut $field = arrow::field_from_array(array, stringify!($field))?;)*
                $($(let mut $later = arrow::later_field_from_array(array, stringify!($later))?;)*)?
                (0..array.len())
                    .map(|row| {
                        $(let $field = $field.next().flatten();)*
                        $($(let $later = $later.next().flatten();)*)?
                        if array.is_null(row) {
                            return Ok(None);
                        }
                        Ok(Some(Self {
                            $($field: $field.ok_or(RunsTableError::NoValue(stringify!($field)))?,)*
                            $($($later: $later.ok_or(RunsTableError::NoValue(stringify!($later)))?,)*)?
                            $($omitted: $value,)?
                        }))
                    })
                    .collect()
            }
        }
    };
}
pub(super) use columnar_struct;

/// Implements [`Columnar`] for a pair as a struct of two named fields.
macro_rules! columnar_pair {
    (($one:ty, $other:ty), $first:ident, $second:ident) => {
        impl Columnar for ($one, $other) {
            fn data_type() -> DataType {
                let first = Field::new(stringify!($first), <$one>::data_type(), true);
                let second = Field::new(stringify!($second), <$other>::data_type(), true);
                DataType::Struct(vec![first, second].into())
            }

            fn to_array(values: &[Option<&Self>]) -> ArrayRef {
                let DataType::Struct(fields) = Self::data_type() else {
                    unreachable!("data_type returns it")
                };
                let columns = vec![
                    arrow::field_to_array(values, |value: &Self| &value.0),
                    arrow::field_to_array(values, |value: &Self| &value.1),
                ];
                arrow::struct_array(values, fields, columns)
            }

            fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
                let array = arrow::as_struct(array)?;
                let first = arrow::field_from_array::<$one>(array, stringify!($first))?;
                let second = arrow::field_from_array::<$other>(array, stringify!($second))?;
                first
                    .zip(second)
                    .enumerate()
                    .map(|(row, pair)| match pair {
                        _ if array.is_null(row) => Ok(None),
                        (Some(first), Some(second)) => Ok(Some((first, second))),
                        (None, _) => Err(RunsTableError::NoValue(stringify!($first))),
                        (_, None) => Err(RunsTableError::NoValue(stringify!($second))),
                    })
                    .collect()
            }
        }
    };
}
pub(super) use columnar_pair;

/// Implements [`Columnar`] for a type that is written as a word: first how it is written, then how
/// it is read.
macro_rules! columnar_word {
    ($type:ty, $write:expr, $read:expr) => {
        impl Columnar for $type {
            fn data_type() -> DataType {
                String::data_type()
            }

            fn to_array(values: &[Option<&Self>]) -> ArrayRef {
                let write: fn(&Self) -> String = $write;
                Arc::new(values.iter().map(|value| value.map(write)).collect::<StringArray>())
            }

            fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
                let read: fn(&str) -> Option<Self> = $read;
                String::from_typed_array(array)?
                    .into_iter()
                    .map(|word| match word {
                        Some(word) => read(&word).map(Some).ok_or(RunsTableError::UnknownValue(word)),
                        None => Ok(None),
                    })
                    .collect()
            }
        }
    };
}
pub(super) use columnar_word;

/// Returns the values of an array of numbers; `expected` names its type in an error.
fn primitive_values<T: ArrowPrimitiveType>(
    array: &dyn Array,
    expected: &'static str,
) -> Result<Vec<Option<T::Native>>, RunsTableError> {
    let numbers = array.as_primitive_opt::<T>().ok_or_else(|| wrong_type(expected, array))?;
    Ok(numbers.iter().collect())
}

/// Returns the error for an array of another type.
fn wrong_type(expected: &'static str, array: &dyn Array) -> RunsTableError {
    RunsTableError::WrongType(expected, array.data_type().to_string())
}

/// Returns an array of numbers.
fn primitive_array<T: ArrowPrimitiveType>(values: impl Iterator<Item = Option<T::Native>>) -> ArrayRef {
    Arc::new(values.collect::<PrimitiveArray<T>>())
}

impl Columnar for f64 {
    fn data_type() -> DataType {
        DataType::Float64
    }

    fn to_array(values: &[Option<&Self>]) -> ArrayRef {
        primitive_array::<Float64Type>(values.iter().map(|value| value.copied()))
    }

    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        primitive_values::<Float64Type>(array, "a double")
    }
}

impl Columnar for f32 {
    fn data_type() -> DataType {
        DataType::Float32
    }

    fn to_array(values: &[Option<&Self>]) -> ArrayRef {
        primitive_array::<Float32Type>(values.iter().map(|value| value.copied()))
    }

    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        // pandas writes doubles only.
        match array.as_primitive_opt::<Float64Type>() {
            Some(wide) => Ok(wide.iter().map(|number| number.map(|number| number as Self)).collect()),
            None => primitive_values::<Float32Type>(array, "a float"),
        }
    }
}

/// Returns the values of an array of integers of any width.
///
/// Doubles are accepted too: pandas turns integers into doubles where some are null.
fn integers(array: &dyn Array) -> Result<Vec<Option<i64>>, RunsTableError> {
    if let Some(narrow) = array.as_primitive_opt::<Int32Type>() {
        return Ok(narrow.iter().map(|number| number.map(i64::from)).collect());
    }
    if let Some(doubles) = array.as_primitive_opt::<Float64Type>() {
        return Ok(doubles.iter().map(|number| number.map(|number| number as i64)).collect());
    }
    primitive_values::<Int64Type>(array, "a long")
}

/// Returns the values of an array of integers in a narrower type; a value out of its range is an
/// error.
fn narrow_integers<T: TryFrom<i64>>(array: &dyn Array) -> Result<Vec<Option<T>>, RunsTableError> {
    let narrow =
        |number: i64| T::try_from(number).map_err(|_| RunsTableError::UnknownValue(number.to_string()));
    integers(array)?.into_iter().map(|number| number.map(narrow).transpose()).collect()
}

impl Columnar for i32 {
    fn data_type() -> DataType {
        DataType::Int32
    }

    fn to_array(values: &[Option<&Self>]) -> ArrayRef {
        primitive_array::<Int32Type>(values.iter().map(|value| value.copied()))
    }

    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        narrow_integers(array)
    }
}

impl Columnar for usize {
    fn data_type() -> DataType {
        DataType::Int64
    }

    fn to_array(values: &[Option<&Self>]) -> ArrayRef {
        primitive_array::<Int64Type>(
            values.iter().map(|value| value.and_then(|count| i64::try_from(*count).ok())),
        )
    }

    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        narrow_integers(array)
    }
}

impl Columnar for bool {
    fn data_type() -> DataType {
        DataType::Boolean
    }

    fn to_array(values: &[Option<&Self>]) -> ArrayRef {
        Arc::new(values.iter().map(|value| value.copied()).collect::<BooleanArray>())
    }

    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        let flags = array.as_boolean_opt().ok_or_else(|| wrong_type("a boolean", array))?;
        Ok(flags.iter().collect())
    }
}

impl Columnar for String {
    fn data_type() -> DataType {
        DataType::Utf8
    }

    fn to_array(values: &[Option<&Self>]) -> ArrayRef {
        Arc::new(values.iter().map(|value| value.map(|text| escape_controls(text))).collect::<StringArray>())
    }

    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        let texts = array.as_string_opt::<i32>().ok_or_else(|| wrong_type("text", array))?;
        Ok(texts.iter().map(|text| text.map(str::to_owned)).collect())
    }
}

impl<T: Columnar> Columnar for Option<T> {
    fn data_type() -> DataType {
        T::data_type()
    }

    fn to_array(values: &[Option<&Self>]) -> ArrayRef {
        T::to_array(&values.iter().map(|value| value.and_then(Self::as_ref)).collect::<Vec<_>>())
    }

    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        Ok(T::from_typed_array(array)?.into_iter().map(Some).collect())
    }

    fn from_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        Ok(T::from_array(array)?.into_iter().map(Some).collect())
    }
}

impl<T: Columnar> Columnar for Arc<T> {
    fn data_type() -> DataType {
        T::data_type()
    }

    fn to_array(values: &[Option<&Self>]) -> ArrayRef {
        T::to_array(&values.iter().map(|value| value.map(AsRef::as_ref)).collect::<Vec<_>>())
    }

    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        Ok(T::from_typed_array(array)?.into_iter().map(|value| value.map(Self::new)).collect())
    }
}

impl<T: Columnar> Columnar for Vec<T> {
    fn data_type() -> DataType {
        DataType::List(Arc::new(Field::new("element", T::data_type(), true)))
    }

    fn to_array(values: &[Option<&Self>]) -> ArrayRef {
        let DataType::List(element) = Self::data_type() else { unreachable!("data_type returns it") };
        let lengths = values.iter().map(|list| list.map_or(0, Vec::len));
        let nulls = NullBuffer::from(values.iter().map(Option::is_some).collect::<Vec<_>>());
        let elements: Vec<Option<&T>> = values.iter().copied().flatten().flatten().map(Some).collect();
        let offsets = OffsetBuffer::from_lengths(lengths);
        Arc::new(ListArray::new(element, offsets, T::to_array(&elements), Some(nulls)))
    }

    fn from_typed_array(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        let lists = array.as_list_opt::<i32>().ok_or_else(|| wrong_type("a list", array))?;
        let mut elements = T::from_array(lists.values())?;
        lists
            .offsets()
            .windows(2)
            .enumerate()
            .map(|(row, ends)| {
                if lists.is_null(row) {
                    return Ok(None);
                }
                let list = elements[ends[0] as usize..ends[1] as usize].iter_mut();
                list.map(|element| element.take().ok_or(RunsTableError::NoValue("element")))
                    .collect::<Result<_, _>>()
                    .map(Some)
            })
            .collect()
    }
}
