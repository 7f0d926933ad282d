//! Searches in columns that never fall.

/// Returns the index of the first value that is not before something sought; the number of values
/// if all are. All before `known` are. The search begins a stride further, because most samples are
/// evenly apart.
// PERF(stride): 214 → 192 instructions a sample of FIT, with the eight lanes of `spread`, the sums
// of `LevelDistance` and the timer column that is left out (benches/gate.sh). The plain form, a
// count, is in the tests.
pub(super) fn first_from(
    values: &[f64],
    known: usize,
    stride: usize,
    is_before: impl Fn(f64) -> bool,
) -> usize {
    let near = (known + stride).saturating_sub(2);
    match values.get(near..near + 4) {
        Some(&[before, low, high, after]) if is_before(before) && !is_before(after) => {
            near + 1 + usize::from(is_before(low)) + usize::from(is_before(high))
        }
        _ => {
            let mut reach = 8;
            while values.get(known + reach).is_some_and(|value| is_before(*value)) {
                reach *= 2;
            }
            known + values[known..values.len().min(known + reach)].partition_point(|value| is_before(*value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_from_a_limit_on_is_found_from_any_index_and_stride() {
        let values: Vec<f64> = (0..60).map(|value| f64::from(value / 3)).collect();
        for limit in (0..50).map(|limit| 0.5 * f64::from(limit)) {
            let first = values.iter().filter(|value| **value < limit).count();
            for (known, stride) in (0..=first).flat_map(|known| (0..70).map(move |stride| (known, stride))) {
                let found = first_from(&values, known, stride, |value| value < limit);
                assert_eq!(found, first, "{limit} {known} {stride}");
            }
        }
    }
}
