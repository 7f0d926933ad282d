//! Models of the wall. From the first half, or its first 20 km, they predict the chance that a late
//! segment is 25 % slower than 5–20 km.
//!
//! They are logistic models of up to 744,134 finishers of 24 race days, one intercept for each day.
//! The splits at half-way that are known choose the model: [`ModelId`]. Their input is elapsed time
//! on the course's scale, not grade-adjusted, as in those results. Chances are 0–1, paces s/m,
//! excesses percent.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::tables::races;
use crate::activity::Sex;
use crate::judge::model::Pool;
use crate::units::{HALF_MARATHON_M, KM_M};

/// Identifier of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelId {
    /// The model at half-way with the slowing from 15 km on and a known sex.
    K,
    /// The same for an unknown sex.
    Ku,
    /// The model at half-way without a time at 15 km, with a known sex.
    Hq,
    /// The same for an unknown sex.
    U,
    /// The model at 20 km, by the first 5 km, with a known sex.
    S,
}

impl ModelId {
    /// Every model.
    pub const ALL: [Self; 5] = [Self::K, Self::Ku, Self::Hq, Self::U, Self::S];

    /// Returns its id in `data/wall_models.json`.
    pub fn code(self) -> &'static str {
        match self {
            Self::K => "K",
            Self::Ku => "KU",
            Self::Hq => "Hq",
            Self::U => "U",
            Self::S => "S",
        }
    }

    /// Returns the model of the start alone, which says what an even start goes with.
    fn of_the_start(self) -> Self {
        match self {
            Self::K | Self::Hq => Self::Hq,
            Self::Ku | Self::U => Self::U,
            Self::S => Self::S,
        }
    }
}

/// Elapsed seconds at the marks that the models at half-way use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalfWaySplits {
    /// At 10 km.
    pub at_10k_s: f64,
    /// At 21,097.5 m.
    pub at_half_s: f64,
    /// At 5 km and at 15 km; `None` if a mark is in a gap of the recording.
    pub at_5k_15k_s: Option<(f64, f64)>,
}

/// Input of a model: how the first half was run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FirstHalf {
    /// The model to use.
    pub model: ModelId,
    /// The start excess, percent, not clipped: 0–10 km against 10 km to half-way; in S 0–5 km
    /// against 5–20 km.
    pub excess_pct: f64,
    /// The slowing before half-way, percent, not clipped: 100 · ln(pace of 15 km to half-way / pace
    /// of 5–15 km). Above zero is slowing. Only K and KU use it; `None` for the others.
    pub slowing_pct: Option<f64>,
    /// The runner's sex; KU and U do not use it.
    pub sex: Option<Sex>,
    /// The pace of the first half; in S of the first 20 km, s/m.
    pub pace_s_per_m: f64,
}

impl FirstHalf {
    /// Creates the input of the models at half-way: K and KU if the slowing is known, else Hq and
    /// U.
    pub fn at_half(splits: HalfWaySplits, sex: Option<Sex>) -> Self {
        let HalfWaySplits { at_10k_s, at_half_s, at_5k_15k_s } = splits;
        let rest_m = HALF_MARATHON_M - 10.0 * KM_M;
        let excess_pct = 100.0 * (1.0 - (at_10k_s / (10.0 * KM_M)) / ((at_half_s - at_10k_s) / rest_m));
        let slowing_pct = at_5k_15k_s.map(|(at_5k_s, at_15k_s)| {
            let before = (at_15k_s - at_5k_s) / (10.0 * KM_M);
            let after = (at_half_s - at_15k_s) / (HALF_MARATHON_M - 15.0 * KM_M);
            100.0 * libm::log(after / before)
        });
        let model = match (slowing_pct, sex) {
            (Some(_), Some(_)) => ModelId::K,
            (Some(_), None) => ModelId::Ku,
            (None, Some(_)) => ModelId::Hq,
            (None, None) => ModelId::U,
        };
        Self { model, excess_pct, slowing_pct, sex, pace_s_per_m: at_half_s / HALF_MARATHON_M }
    }

    /// Creates the input of S from elapsed seconds at 5 km and 20 km.
    pub fn at_20k(at_5k_s: f64, at_20k_s: f64, sex: Sex) -> Self {
        Self {
            model: ModelId::S,
            excess_pct: 100.0 * (1.0 - (at_5k_s / 5.0) / ((at_20k_s - at_5k_s) / 15.0)),
            slowing_pct: None,
            sex: Some(sex),
            pace_s_per_m: at_20k_s / (20.0 * KM_M),
        }
    }

    /// Returns the linear predictor.
    pub fn z(&self) -> f64 {
        self.z_of(self.model, self.excess_pct)
    }

    /// Returns the linear predictor of a model for a start excess.
    fn z_of(&self, id: ModelId, excess_pct: f64) -> f64 {
        let model = model(id);
        let feature = |name: &str, value: f64| match model.clips.get(name) {
            Some([low, high]) => value.clamp(*low, *high),
            None => value,
        };
        let excess = feature(excess_name(id), excess_pct);
        let slowing = feature("w15_pct", self.slowing_pct.unwrap_or_default());
        let male = if self.sex == Some(Sex::Male) { 1.0 } else { 0.0 };
        let log_pace = feature("L", libm::log(self.pace_s_per_m * KM_M / 60.0 / 5.0));
        let terms = model.coefficients.iter().map(|(name, slope)| {
            slope
                * match name.as_str() {
                    "b0" => 1.0,
                    "x10_pct" | "x5b_pct" => excess,
                    "w15_pct" => slowing,
                    "male" => male,
                    "L" => log_pace,
                    "L2" => log_pace * log_pace,
                    "L_male" => log_pace * male,
                    "x10_L" | "x5b_L" => excess * log_pace,
                    "w15_L" => slowing * log_pace,
                    _ => f64::NAN,
                }
        });
        terms.sum()
    }

    /// Returns the chance and its range over days.
    ///
    /// What the start goes with comes from the model of the start alone, at both ends. K and KU
    /// also know the slowing before half-way, in which most of a fast start's harm shows.
    pub fn risk(&self) -> Risk {
        self.risk_on_day(0.0)
    }

    /// Returns the same on a day that adds to every linear predictor.
    pub fn risk_on_day(&self, logit: f64) -> Risk {
        let (z, sd) = (self.z() + logit, model(self.model).day_intercept_sd);
        let of_start = self.model.of_the_start();
        Risk {
            p: logistic(z),
            low: logistic(z - sd),
            high: logistic(z + sd),
            start: logistic(self.z_of(of_start, self.excess_pct) + logit),
            even_start: logistic(self.z_of(of_start, 0.0) + logit),
        }
    }

    /// Returns the runners that the model was fitted to.
    pub fn pool(&self) -> Pool {
        pool(self.model)
    }

    /// Returns the runners that the model of the start alone was fitted to.
    pub fn start_pool(&self) -> Pool {
        pool(self.model.of_the_start())
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
    /// The share of runners of the same pace and sex who began as this one did.
    pub start: f64,
    /// The share of runners of the same pace and sex who began evenly.
    pub even_start: f64,
}

impl Risk {
    /// Returns the word for its band, as in the `risk` column. Sentences give numbers instead.
    pub fn band(&self) -> &'static str {
        match self.p {
            p if p < 0.15 => "low",
            p if p < 0.30 => "typical",
            p if p < 0.45 => "elevated",
            p if p < 0.60 => "high",
            _ => "very-high",
        }
    }

    /// Returns by how much the chance after such a start exceeds that after an even one, percentage
    /// points.
    pub fn by_start_points(&self) -> f64 {
        100.0 * (self.start - self.even_start)
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
    days: usize,
}

/// Returns the name of a model's start excess among its features.
fn excess_name(id: ModelId) -> &'static str {
    if id == ModelId::S { "x5b_pct" } else { "x10_pct" }
}

/// Returns the runners that a model was fitted to.
fn pool(id: ModelId) -> Pool {
    let name = match id {
        ModelId::K | ModelId::Hq => races::WALL,
        ModelId::Ku | ModelId::U => races::WALL_ANY_SEX,
        ModelId::S => races::WALL_20K,
    };
    let model = model(id);
    Pool { name, n: model.n_train, days: Some(model.days) }
}

/// Formats a model: "Hq  z = −2.376 + 0.250 start + …".
pub(super) fn formula(id: ModelId) -> String {
    const NAMES: [(&str, &str); 10] = [
        ("x10_pct", "start"),
        ("x5b_pct", "start5"),
        ("w15_pct", "slowing"),
        ("male", "man"),
        ("L", "pace"),
        ("L2", "pace²"),
        ("L_male", "pace · man"),
        ("x10_L", "start · pace"),
        ("x5b_L", "start5 · pace"),
        ("w15_L", "slowing · pace"),
    ];
    let model = model(id);
    let sum: String = NAMES
        .iter()
        .filter_map(|(name, word)| {
            let slope = model.coefficients.get(*name)?;
            let sign = if *slope < 0.0 { '−' } else { '+' };
            Some(format!(" {sign} {:.3} {word}", slope.abs()))
        })
        .collect();
    let constant = model.coefficients.get("b0").copied().unwrap_or_default();
    format!(
        "{:<3} z = {}{sum}; day's spread {:.2}; {} runners, {} days",
        id.code(),
        format!("{constant:.3}").replace('-', "−"),
        model.day_intercept_sd,
        crate::phrases::thousands(model.n_train),
        model.days
    )
}

/// Returns an embedded model.
///
/// Source of `data/wall_models.json`: fits to results of [`races::WALL_ANY_SEX`], which
/// `data/README.md` lists by repository. `tools/trim-wall-models` makes it from the full fits.
fn model(id: ModelId) -> &'static Model {
    static MODELS: LazyLock<Models> = LazyLock::new(|| {
        serde_json::from_str(include_str!("data/wall_models.json")).expect("the embedded models parse")
    });
    MODELS.models.iter().find(|model| model.id == id.code()).expect("all five models are embedded")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn splits(at_10k_s: f64, at_half_s: f64, at_5k_15k_s: Option<(f64, f64)>) -> HalfWaySplits {
        HalfWaySplits { at_10k_s, at_half_s, at_5k_15k_s }
    }

    #[test]
    fn the_models_match_the_golden_cases_to_1e_9() {
        let table = include_str!("../../../tests/data/golden_cases.csv");
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let mut cases = 0;
        for case in reader.deserialize::<BTreeMap<String, String>>() {
            let case = case.expect("a case");
            let number = |name: &str| case[name].parse::<f64>().ok();
            let time = |name: &str| number(name).expect("a time");
            let sex = match case["sex"].as_str() {
                "male" => Some(Sex::Male),
                "female" => Some(Sex::Female),
                _ => None,
            };
            let with_15k = number("t5_s").zip(number("t15_s"));
            let start = match (case["model"].as_str(), sex) {
                ("S", Some(sex)) => FirstHalf::at_20k(time("t5_s"), time("t20_s"), sex),
                ("K" | "KU", sex) => {
                    FirstHalf::at_half(splits(time("t10_s"), time("thalf_s"), with_15k), sex)
                }
                (_, sex) => FirstHalf::at_half(splits(time("t10_s"), time("thalf_s"), None), sex),
            };
            assert_eq!(start.model.code(), case["model"], "case {}", case["case"]);
            let risk = start.risk();
            for (name, value) in [
                ("z", start.z()),
                ("p", risk.p),
                ("low", risk.low),
                ("high", risk.high),
                ("p_start", risk.start),
                ("p_even", risk.even_start),
            ] {
                let expected = number(name).expect("a value");
                assert!((value - expected).abs() < 1e-9, "case {}, {name}: {value}", case["case"]);
            }
            cases += 1;
        }
        assert_eq!(cases, 1100);
    }

    #[test]
    fn an_even_start_adds_no_points_and_a_fast_one_many() {
        let half_s = 3_600.0 * 2.109_75;
        let even = FirstHalf::at_half(splits(3_600.0, half_s, None), Some(Sex::Male)).risk();
        assert!(even.by_start_points().abs() < 1e-9);
        let fast = FirstHalf::at_half(splits(3_400.0, half_s, None), Some(Sex::Male)).risk();
        assert!(fast.by_start_points() > 10.0 && fast.low < fast.p && fast.p < fast.high);
    }

    #[test]
    fn a_fast_start_that_did_not_slow_has_a_lower_chance_than_its_start() {
        // The worked example of a start that did not bite: 22.1 %, 36.6 % and 27.0 %.
        let calm = splits(3_060.0, 6_520.0, Some((1_500.0, 4_620.0)));
        let risk = FirstHalf::at_half(calm, Some(Sex::Male)).risk();
        for (value, expected) in [(risk.p, 0.2215), (risk.start, 0.3663), (risk.even_start, 0.2704)] {
            assert!((value - expected).abs() < 5e-5, "{value} {expected}");
        }
    }
}
