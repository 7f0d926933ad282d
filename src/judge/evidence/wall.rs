//! Models of the wall. From the first half, or its first 5 km, they predict the chance that a late
//! segment is 25 % slower than 5–20 km.
//!
//! They are logistic models. H and S are fitted to 132,900 runners on six days of public marathon
//! results, U to 159,375 runners on seven. Their input is elapsed time on the course's scale, not
//! grade-adjusted, as in those results. Chances are 0–1, paces s/m, excesses percent.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::tables::races;
use crate::activity::Sex;
use crate::judge::model::Pool;
use crate::units::KM_M;

/// Identifier of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelId {
    /// The model at half-way with a known sex.
    H,
    /// The model at half-way with an unknown sex.
    U,
    /// The model at 20 km, by the first 5 km, with a known sex.
    S,
}

impl ModelId {
    /// Returns its id in `data/wall_models.json`.
    fn code(self) -> &'static str {
        match self {
            Self::H => "H",
            Self::U => "U",
            Self::S => "S",
        }
    }
}

/// Input of a model: how the first half was run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirstHalf {
    /// The model to use.
    pub model: ModelId,
    /// The start excess, percent, not clipped. H and U compare 0–10 km with 10 km to half-way, S
    /// compares 0–5 km with 5–20 km.
    pub excess_pct: f64,
    /// The runner's sex; U does not use it.
    pub sex: Option<Sex>,
    /// The pace of the first half, or of the first 20 km if half-way was not reached, s/m.
    pub pace_s_per_m: f64,
}

impl FirstHalf {
    /// Creates the input of H or U from elapsed seconds at 10 km and at 21,097.5 m.
    pub fn at_half(at_10k_s: f64, at_half_s: f64, sex: Option<Sex>) -> Self {
        let rest_m = crate::units::HALF_MARATHON_M - 10.0 * KM_M;
        let excess_pct = 100.0 * (1.0 - (at_10k_s / (10.0 * KM_M)) / ((at_half_s - at_10k_s) / rest_m));
        let model = if sex.is_some() { ModelId::H } else { ModelId::U };
        Self { model, excess_pct, sex, pace_s_per_m: at_half_s / crate::units::HALF_MARATHON_M }
    }

    /// Creates the input of S from elapsed seconds at 5 km and 20 km, and a pace for the whole of
    /// it.
    pub fn at_20k(at_5k_s: f64, at_20k_s: f64, sex: Sex, pace_s_per_m: f64) -> Self {
        let excess_pct = 100.0 * (1.0 - (at_5k_s / 5.0) / ((at_20k_s - at_5k_s) / 15.0));
        Self { model: ModelId::S, excess_pct, sex: Some(sex), pace_s_per_m }
    }

    /// Returns the linear predictor.
    pub fn z(&self) -> f64 {
        let model = model(self.model);
        let clipped = |name: &str, value: f64| match model.clips.get(name) {
            Some([low, high]) => value.clamp(*low, *high),
            None => value,
        };
        let excess = if self.model == ModelId::S { "x5b_pct" } else { "x10_pct" };
        let term =
            |name: &str, value: f64| model.coefficients.get(name).map_or(0.0, |c| c * clipped(name, value));
        let minutes_per_km = self.pace_s_per_m * KM_M / 60.0;
        let male = if self.sex == Some(Sex::Male) { 1.0 } else { 0.0 };
        term("b0", 1.0)
            + term(excess, self.excess_pct)
            + term("male", male)
            + term("L", libm::log(minutes_per_km / 5.0))
    }

    /// Returns the chance and its range over days.
    pub fn risk(&self) -> Risk {
        let (z, sd) = (self.z(), model(self.model).day_intercept_sd);
        let even = Self { excess_pct: 0.0, ..*self };
        Risk { p: logistic(z), low: logistic(z - sd), high: logistic(z + sd), even_start: logistic(even.z()) }
    }

    /// Returns the runners that the model was fitted to.
    pub fn pool(&self) -> Pool {
        let name = if self.model == ModelId::U { races::WALL_ANY_SEX } else { races::WALL };
        Pool { name, n: model(self.model).n_train }
    }
}

/// Chances of the wall, 0–1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    /// The chance on an average day.
    pub p: f64,
    /// The chance on a day that is better by one standard deviation between days.
    pub low: f64,
    /// The chance on a day that is worse by as much.
    pub high: f64,
    /// The chance on an average day from an even start at the same pace.
    pub even_start: f64,
}

impl Risk {
    /// Returns the word for its band, as in the `risk` column.
    pub fn band(&self) -> &'static str {
        match self.p {
            p if p < 0.15 => "low",
            p if p < 0.30 => "typical",
            p if p < 0.45 => "elevated",
            p if p < 0.60 => "high",
            _ => "very-high",
        }
    }

    /// Returns the difference from an even start, percentage points.
    pub fn by_start_points(&self) -> f64 {
        100.0 * (self.p - self.even_start)
    }
}

fn logistic(z: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-z))
}

#[derive(Debug, Deserialize)]
struct Models {
    models: Vec<Model>,
}

#[derive(Debug, Deserialize)]
struct Model {
    id: String,
    coefficients: BTreeMap<String, f64>,
    clips: BTreeMap<String, [f64; 2]>,
    day_intercept_sd: f64,
    n_train: usize,
}

/// Formats a model: "H  z = −2.152 + 0.147 · start excess + …".
pub(super) fn formula(id: ModelId) -> String {
    let model = model(id);
    let (excess, pace) = match id {
        ModelId::S => ("start excess (0–5 km against 5–20 km)", "first-20-km pace"),
        _ => ("start excess", "first-half pace"),
    };
    let terms = [
        ("x10_pct", excess.to_owned()),
        ("x5b_pct", excess.to_owned()),
        ("male", "man".to_owned()),
        ("L", format!("ln({pace} / 5:00 a km)")),
    ];
    let sum: String = terms
        .iter()
        .filter_map(|(name, what)| Some(format!(" + {:.3} · {what}", model.coefficients.get(*name)?)))
        .collect();
    let constant = model.coefficients.get("b0").copied().unwrap_or_default();
    format!(
        "{}  z = {}{sum}; day's spread {}; {} runners",
        id.code(),
        format!("{constant:.3}").replace('-', "−"),
        model.day_intercept_sd,
        crate::phrases::thousands(model.n_train)
    )
}

/// Returns an embedded model.
///
/// Source of `data/wall_models.json`: fits to results of [`races::WALL`], for U also of Boston
/// 2016. The results are from the repositories lilykoff/marathon_analysis, llimllib/bostonmarathon,
/// CurtisThompson/marathon-split-times (Boston 2016) and kmav/houston-marathon-data.
fn model(id: ModelId) -> &'static Model {
    static MODELS: LazyLock<Models> = LazyLock::new(|| {
        serde_json::from_str(include_str!("data/wall_models.json")).expect("the embedded models parse")
    });
    MODELS.models.iter().find(|model| model.id == id.code()).expect("all three models are embedded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::HALF_MARATHON_M;

    #[test]
    fn the_models_match_the_golden_cases_to_1e_9() {
        let table = include_str!("../../../tests/data/golden_cases.csv");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let mut cases = 0;
        for case in reader.deserialize::<BTreeMap<String, String>>() {
            let case = case.expect("a case");
            let number = |name: &str| case[name].parse::<f64>().ok();
            let sex = match case["sex"].as_str() {
                "male" => Some(Sex::Male),
                "female" => Some(Sex::Female),
                _ => None,
            };
            let half_s = number("thalf_s");
            let start = match (case["model"].as_str(), sex) {
                ("H" | "U", sex) => {
                    FirstHalf::at_half(number("t10_s").expect("10 km"), half_s.expect("half-way"), sex)
                }
                (_, Some(sex)) => {
                    let at_20k_s = number("t20_s").expect("20 km");
                    let pace = match (case["l_from"].as_str(), half_s) {
                        ("half", Some(half_s)) => half_s / HALF_MARATHON_M,
                        _ => at_20k_s / 20_000.0,
                    };
                    FirstHalf::at_20k(number("t5_s").expect("5 km"), at_20k_s, sex, pace)
                }
                (model, None) => panic!("model {model} without a sex"),
            };
            assert!((start.z() - number("z").expect("z")).abs() < 1e-9, "case {}", case["case"]);
            assert!((start.risk().p - number("p").expect("p")).abs() < 1e-9, "case {}", case["case"]);
            cases += 1;
        }
        assert_eq!(cases, 200);
    }

    #[test]
    fn an_even_start_adds_no_points_and_a_fast_one_many() {
        let even = FirstHalf::at_half(3_600.0, 3_600.0 * 2.109_75, Some(Sex::Male)).risk();
        assert!(even.by_start_points().abs() < 1e-9);
        let fast = FirstHalf::at_half(3_400.0, 3_600.0 * 2.109_75, Some(Sex::Male)).risk();
        assert!(fast.by_start_points() > 15.0 && fast.low < fast.p && fast.p < fast.high);
    }
}
