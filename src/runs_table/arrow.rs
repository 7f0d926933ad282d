//! Values as columns and back: one trait, and how structs, lists and words of a few become nested columns.
//!
//! A struct is a column of columns under its fields' names, a list a column of lists, and what is absent is null. Every
//! column may be null: engines that copy a table forget which could not be.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{ArrowPrimitiveType, Float32Type, Float64Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef, BooleanArray, ListArray, PrimitiveArray, StringArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields};

use super::RunsTableError;
use crate::escape::escape_controls;

/// What can be kept in a column.
pub(super) trait Columnar: Sized {
    /// The column's type.
    fn data_type() -> DataType;

    /// A column of some values; `None` is null.
    fn gather(values: &[Option<&Self>]) -> ArrayRef;

    /// A column's values; null is `None`.
    ///
    /// # Errors
    ///
    /// For a column of another type, and for one that lacks what cannot be absent.
    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError>;

    /// The same, but where all are null the column's type is not asked: engines that guess types have nothing to guess by.
    ///
    /// # Errors
    ///
    /// As [`Columnar::spread`].
    fn values(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        if array.logical_null_count() == array.len() {
            return Ok((0..array.len()).map(|_| None).collect());
        }
        Self::spread(array)
    }
}

/// A field of a struct as a column of its own.
pub(super) fn field<S, T: Columnar>(name: &str, _: impl Fn(&S) -> &T) -> Field {
    Field::new(name, T::data_type(), true)
}

/// A field's column.
pub(super) fn gather_field<S, T: Columnar>(values: &[Option<&S>], of: impl Fn(&S) -> &T) -> ArrayRef {
    T::gather(&values.iter().map(|value| value.map(&of)).collect::<Vec<_>>())
}

/// A field's values out of a struct's column.
pub(super) fn spread_field<T: Columnar>(
    array: &StructArray,
    name: &'static str,
) -> Result<std::vec::IntoIter<Option<T>>, RunsTableError> {
    let column = array.column_by_name(name).ok_or(RunsTableError::NoColumn(name))?;
    Ok(T::values(column)?.into_iter())
}

/// The column of a struct out of those of its fields.
pub(super) fn joined<S>(values: &[Option<&S>], fields: Fields, columns: Vec<ArrayRef>) -> ArrayRef {
    let nulls = NullBuffer::from(values.iter().map(Option::is_some).collect::<Vec<_>>());
    Arc::new(StructArray::new(fields, columns, Some(nulls)))
}

/// A column as a struct's.
pub(super) fn structs(array: &dyn Array) -> Result<&StructArray, RunsTableError> {
    array.as_struct_opt().ok_or_else(|| another("a struct", array))
}

/// Makes a struct a [`Columnar`] by its fields; those behind the semicolon are not kept and have a value of their own.
macro_rules! shape {
    ($type:ty { $($field:ident),* $(,)? $(; $lost:ident: $value:expr)? }) => {
        impl Columnar for $type {
            fn data_type() -> DataType {
                let fields = vec![$(arrow::field(stringify!($field), |value: &Self| &value.$field)),*];
                DataType::Struct(fields.into())
            }

            fn gather(values: &[Option<&Self>]) -> ArrayRef {
                let DataType::Struct(fields) = Self::data_type() else { unreachable!("it is made above") };
                let columns = vec![$(arrow::gather_field(values, |value: &Self| &value.$field)),*];
                arrow::joined(values, fields, columns)
            }

            fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
                let array = arrow::structs(array)?;
                $(let mut $field = arrow::spread_field(array, stringify!($field))?;)*
                (0..array.len())
                    .map(|row| {
                        $(let $field = $field.next().flatten();)*
                        if array.is_null(row) {
                            return Ok(None);
                        }
                        Ok(Some(Self {
                            $($field: $field.ok_or(RunsTableError::NoValue(stringify!($field)))?,)*
                            $($lost: $value,)?
                        }))
                    })
                    .collect()
            }
        }
    };
}
pub(super) use shape;

/// Makes a pair a [`Columnar`] by names for its halves.
macro_rules! pair {
    (($one:ty, $other:ty), $first:ident, $second:ident) => {
        impl Columnar for ($one, $other) {
            fn data_type() -> DataType {
                let first = Field::new(stringify!($first), <$one>::data_type(), true);
                let second = Field::new(stringify!($second), <$other>::data_type(), true);
                DataType::Struct(vec![first, second].into())
            }

            fn gather(values: &[Option<&Self>]) -> ArrayRef {
                let DataType::Struct(fields) = Self::data_type() else { unreachable!("it is made above") };
                let columns = vec![
                    arrow::gather_field(values, |value: &Self| &value.0),
                    arrow::gather_field(values, |value: &Self| &value.1),
                ];
                arrow::joined(values, fields, columns)
            }

            fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
                let array = arrow::structs(array)?;
                let first = arrow::spread_field::<$one>(array, stringify!($first))?;
                let second = arrow::spread_field::<$other>(array, stringify!($second))?;
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
pub(super) use pair;

/// Makes a type that is one of a few words a [`Columnar`]: how it is written, and how a word is read.
macro_rules! words {
    ($type:ty, $write:expr, $read:expr) => {
        impl Columnar for $type {
            fn data_type() -> DataType {
                String::data_type()
            }

            fn gather(values: &[Option<&Self>]) -> ArrayRef {
                let write: fn(&Self) -> String = $write;
                Arc::new(values.iter().map(|value| value.map(write)).collect::<StringArray>())
            }

            fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
                let read: fn(&str) -> Option<Self> = $read;
                String::spread(array)?
                    .into_iter()
                    .map(|word| match word {
                        Some(word) => read(&word).map(Some).ok_or(RunsTableError::NoWord(word)),
                        None => Ok(None),
                    })
                    .collect()
            }
        }
    };
}
pub(super) use words;

/// The values of a column of numbers.
fn numbers<T: ArrowPrimitiveType>(
    array: &dyn Array,
    wanted: &'static str,
) -> Result<Vec<Option<T::Native>>, RunsTableError> {
    let numbers = array.as_primitive_opt::<T>().ok_or_else(|| another(wanted, array))?;
    Ok(numbers.iter().collect())
}

/// The error of a column of another type.
fn another(wanted: &'static str, array: &dyn Array) -> RunsTableError {
    RunsTableError::Type(wanted, array.data_type().to_string())
}

/// A column of numbers.
fn column<T: ArrowPrimitiveType>(values: impl Iterator<Item = Option<T::Native>>) -> ArrayRef {
    Arc::new(values.collect::<PrimitiveArray<T>>())
}

impl Columnar for f64 {
    fn data_type() -> DataType {
        DataType::Float64
    }

    fn gather(values: &[Option<&Self>]) -> ArrayRef {
        column::<Float64Type>(values.iter().map(|value| value.copied()))
    }

    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        numbers::<Float64Type>(array, "a double")
    }
}

impl Columnar for f32 {
    fn data_type() -> DataType {
        DataType::Float32
    }

    fn gather(values: &[Option<&Self>]) -> ArrayRef {
        column::<Float32Type>(values.iter().map(|value| value.copied()))
    }

    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        // pandas has doubles only.
        match array.as_primitive_opt::<Float64Type>() {
            Some(wide) => Ok(wide.iter().map(|number| number.map(|number| number as Self)).collect()),
            None => numbers::<Float32Type>(array, "a float"),
        }
    }
}

/// Whole numbers of any width; pandas makes doubles of those among which some are absent.
fn whole(array: &dyn Array) -> Result<Vec<Option<i64>>, RunsTableError> {
    if let Some(narrow) = array.as_primitive_opt::<Int32Type>() {
        return Ok(narrow.iter().map(|number| number.map(i64::from)).collect());
    }
    if let Some(doubles) = array.as_primitive_opt::<Float64Type>() {
        return Ok(doubles.iter().map(|number| number.map(|number| number as i64)).collect());
    }
    numbers::<Int64Type>(array, "a long")
}

/// The same as a narrower type.
fn counted<T: TryFrom<i64>>(array: &dyn Array) -> Result<Vec<Option<T>>, RunsTableError> {
    let narrow = |number: i64| T::try_from(number).map_err(|_| RunsTableError::NoWord(number.to_string()));
    whole(array)?.into_iter().map(|number| number.map(narrow).transpose()).collect()
}

impl Columnar for i32 {
    fn data_type() -> DataType {
        DataType::Int32
    }

    fn gather(values: &[Option<&Self>]) -> ArrayRef {
        column::<Int32Type>(values.iter().map(|value| value.copied()))
    }

    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        counted(array)
    }
}

impl Columnar for usize {
    fn data_type() -> DataType {
        DataType::Int64
    }

    fn gather(values: &[Option<&Self>]) -> ArrayRef {
        column::<Int64Type>(values.iter().map(|value| value.and_then(|count| i64::try_from(*count).ok())))
    }

    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        counted(array)
    }
}

impl Columnar for bool {
    fn data_type() -> DataType {
        DataType::Boolean
    }

    fn gather(values: &[Option<&Self>]) -> ArrayRef {
        Arc::new(values.iter().map(|value| value.copied()).collect::<BooleanArray>())
    }

    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        let flags = array.as_boolean_opt().ok_or_else(|| another("a boolean", array))?;
        Ok(flags.iter().collect())
    }
}

impl Columnar for String {
    fn data_type() -> DataType {
        DataType::Utf8
    }

    fn gather(values: &[Option<&Self>]) -> ArrayRef {
        Arc::new(values.iter().map(|value| value.map(|text| escape_controls(text))).collect::<StringArray>())
    }

    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        let texts = array.as_string_opt::<i32>().ok_or_else(|| another("text", array))?;
        Ok(texts.iter().map(|text| text.map(str::to_owned)).collect())
    }
}

impl<T: Columnar> Columnar for Option<T> {
    fn data_type() -> DataType {
        T::data_type()
    }

    fn gather(values: &[Option<&Self>]) -> ArrayRef {
        T::gather(&values.iter().map(|value| value.and_then(Self::as_ref)).collect::<Vec<_>>())
    }

    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        Ok(T::spread(array)?.into_iter().map(Some).collect())
    }

    fn values(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        Ok(T::values(array)?.into_iter().map(Some).collect())
    }
}

impl<T: Columnar> Columnar for Arc<T> {
    fn data_type() -> DataType {
        T::data_type()
    }

    fn gather(values: &[Option<&Self>]) -> ArrayRef {
        T::gather(&values.iter().map(|value| value.map(AsRef::as_ref)).collect::<Vec<_>>())
    }

    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        Ok(T::spread(array)?.into_iter().map(|value| value.map(Self::new)).collect())
    }
}

impl<T: Columnar> Columnar for Vec<T> {
    fn data_type() -> DataType {
        DataType::List(Arc::new(Field::new("element", T::data_type(), true)))
    }

    fn gather(values: &[Option<&Self>]) -> ArrayRef {
        let DataType::List(element) = Self::data_type() else { unreachable!("it is made above") };
        let lengths = values.iter().map(|list| list.map_or(0, Vec::len));
        let nulls = NullBuffer::from(values.iter().map(Option::is_some).collect::<Vec<_>>());
        let elements: Vec<Option<&T>> = values.iter().copied().flatten().flatten().map(Some).collect();
        let offsets = OffsetBuffer::from_lengths(lengths);
        Arc::new(ListArray::new(element, offsets, T::gather(&elements), Some(nulls)))
    }

    fn spread(array: &dyn Array) -> Result<Vec<Option<Self>>, RunsTableError> {
        let lists = array.as_list_opt::<i32>().ok_or_else(|| another("a list", array))?;
        let mut elements = T::values(lists.values())?;
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
