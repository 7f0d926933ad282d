//! A plan as text for the runner: the check at the first mile, gates, targets, drinks, and the
//! advice of an article on running cramps.

use std::io;
use std::io::Write;

use super::PlanSheet;
use crate::escape::escape_controls;
use crate::formats::Style;
use crate::formats::layout::{line, to_ascii, truncate, width_of, wrap};
use crate::judge::evidence::tables::people;
use crate::phrases::{clock, percent, signed, thousands};
use crate::plan::advice::{ADVICE, DRINK_CAUTION, DRINK_OZ, LITRES_PER_OZ, SOURCE};
use crate::plan::{CheckWindow, Drink, FastStart, Plan, Target, Wall};
use crate::units::Units;

/// The number of own races shown: the latest ones.
const RACES_SHOWN: usize = 6;

/// Writes the plan.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &PlanSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let page = PlanPage { sheet, plan: &sheet.plan, units: style.units, width: style.page_width() };
    page.head(&mut text);
    page.own_races(&mut text);
    page.gates(&mut text);
    page.targets(&mut text);
    page.drinks(&mut text);
    the_day(&mut text, style.page_width());
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// The parts of the page. Each method appends one part.
struct PlanPage<'a> {
    sheet: &'a PlanSheet,
    plan: &'a Plan,
    units: Units,
    width: usize,
}

impl PlanPage<'_> {
    /// Appends a wrapped sentence.
    fn sentence(&self, text: &mut String, sentence: &str) {
        line!(text, "{}", wrap(sentence, 0, self.width));
    }

    /// Appends the check at the first mile and the plan in a sentence.
    fn head(&self, text: &mut String) {
        let plan = self.plan;
        self.sentence(text, &first_check(plan, self.units));
        let level = if plan.hills.is_some() { " at an even effort" } else { "" };
        let sentence = format!(
            "Then {}{level}, the final mile in {}, and the {} takes {} ({} a {} over all).",
            if plan.hills.is_some() {
                "the rest".to_owned()
            } else {
                format!("{} a {}", self.units.pace(self.rest_s_per_m()), self.units.word())
            },
            clock(plan.final_mile_s),
            plan.title,
            clock(plan.goal_s),
            self.units.pace(plan.goal_s / plan.distance_m),
            self.units.word(),
        );
        self.sentence(text, &sentence);
        if let Some(from) = &self.sheet.goal_from {
            self.sentence(text, &format!("The goal is {}.", escape_controls(from)));
        }
        if let Some(caveat) = plan.short_race {
            self.sentence(text, caveat);
        }
        if let Some(hills) = &plan.hills {
            let sentence = format!(
                "The course climbs {:.0} m and falls {:.0} m on {:.2} km of track.",
                hills.ascent_m,
                hills.descent_m,
                hills.track_m / 1000.0
            );
            self.sentence(text, &sentence);
        }
    }

    /// Returns the pace after the first mile of a flat plan, s/m.
    fn rest_s_per_m(&self) -> f64 {
        (self.plan.goal_s - self.plan.first_mile.target_s) / (self.plan.distance_m - crate::units::MILE_M)
    }

    /// Appends the runner's own races and how fast they usually started.
    fn own_races(&self, text: &mut String) {
        let Some(own) = &self.sheet.own else { return };
        if own.races.is_empty() {
            line!(text, "\nNo race of yours over this course was found.");
            return;
        }
        line!(
            text,
            "\n{:<10}  {:<30}  {:>8}  {:>10}  {:>7}  {:>8}",
            "YOUR RACES",
            "",
            "time",
            "first mile",
            "start",
            "split"
        );
        let first = own.races.len().saturating_sub(RACES_SHOWN);
        for race in &own.races[first..] {
            let name = truncate(&escape_controls(race.name.as_deref().unwrap_or_default()), 30);
            let pad = " ".repeat(30 - width_of(&name));
            line!(
                text,
                "{:<10}  {name}{pad}  {:>8}  {:>10}  {:>7}  {:>8}",
                race.date,
                clock(race.elapsed_s),
                clock(race.first_mile_s),
                signed(race.start_excess_pct),
                signed(race.positive_split_pct)
            );
        }
        if first > 0 {
            line!(text, "{:<10}  and {first} earlier ones", "");
        }
        if let Some(median_pct) = own.median_start_excess_pct {
            let how = match median_pct {
                pct if pct >= 0.05 => format!("{pct:.1} % faster than"),
                pct if pct <= -0.05 => format!("{:.1} % slower than", -pct),
                _ => "as fast as".to_owned(),
            };
            let races = match own.races.len() {
                1 => "in that race".to_owned(),
                races => format!("the median of {races} races"),
            };
            let sentence = format!("Your start was {how} the stretch from there to half-way ({races}).");
            self.sentence(text, &sentence);
        }
    }

    /// Appends the times at the gates, one line for each start, with its chance of the wall.
    fn gates(&self, text: &mut String) {
        let plan = self.plan;
        let heads: Vec<String> = plan.gates.iter().map(|gate| format!("{:>9}", gate.name)).collect();
        let last = if plan.wall_pool.is_some() { "   chance of the wall" } else { "" };
        line!(text, "\n{:<24}{}{last}", "GATES", heads.concat());
        for start in &plan.starts {
            let times: Vec<String> =
                start.gates_s.iter().map(|at_s| format!("{:>9}", clock(*at_s))).collect();
            let wall = start.wall.as_ref().map_or_else(String::new, |wall| {
                let (range, word) = chance(wall);
                format!("   {range:>8}  {word}")
            });
            line!(text, "{:<24}{}{wall}", start_name(plan, start), times.concat());
        }
        if let Some(note) = wall_note(self.sheet) {
            self.sentence(text, &note);
        }
    }

    /// Appends the target of every mile or kilometre.
    fn targets(&self, text: &mut String) {
        let targets = if self.units == Units::Miles { &self.plan.mile } else { &self.plan.km };
        let hills = self.plan.hills.is_some();
        let head = format!(
            "{:>9}  {:>7}  {:>8}{}",
            self.units.word(),
            "split",
            "watch",
            if hills { "   hills" } else { "" }
        );
        // More than ten targets are set in up to three columns, read downwards.
        let columns = if targets.len() > 10 { 3 } else { 1 };
        let rows = targets.len().div_ceil(columns);
        let heads = vec![head; targets.len().div_ceil(rows)];
        line!(text, "\nTARGETS\n{}", heads.join("   "));
        for row in 0..rows {
            let cells: Vec<String> =
                targets.iter().skip(row).step_by(rows).map(|target| self.target(target, hills)).collect();
            line!(text, "{}", cells.join("   "));
        }
        if hills {
            line!(text, "hills: how much harder than level ground the stretch is, + is uphill work");
        }
    }

    /// Returns a target as a cell of that table.
    fn target(&self, target: &Target, hills: bool) -> String {
        let end = target.end_m / self.units.metres();
        let decimals = if (end - end.round()).abs() < 1e-6 { 0 } else { 2 };
        let level = target.level_m.filter(|_| hills).map_or_else(String::new, |level_m| {
            format!("{:>8}", signed(100.0 * (level_m / target.distance_m - 1.0)))
        });
        format!("{end:>9.decimals$}  {:>7}  {:>8}{level}", clock(target.split_s), clock(target.elapsed_s))
    }

    /// Appends the drinks that the source advises.
    fn drinks(&self, text: &mut String) {
        let drinks = &self.plan.drinks;
        line!(text, "\nDRINKS ON THE WAY, as the source advises");
        let Some(total) = drink_total(self.plan) else {
            line!(text, "  none: its first would come after 20 minutes, near the finish or behind it");
            return;
        };
        line!(text, "  {total}");
        let cells: Vec<String> = drinks.iter().map(|drink| self.drink(drink)).collect();
        for row in cells.chunks(4) {
            line!(text, "  {}", row.concat().trim_end());
        }
        let mut marks = Vec::new();
        if drinks.iter().any(|drink| drink.sports_drink) {
            marks.push("s: a sports drink, as 90 minutes are past");
        }
        if drinks.iter().any(|drink| drink.salt) {
            marks.push("+: salt, at half-way");
        }
        if !marks.is_empty() {
            line!(text, "  {}", marks.join("; "));
        }
        line!(text, "  {}", wrap(&format!("Caution: {DRINK_CAUTION}"), 2, self.width));
    }

    /// Returns a drink as "0:20 mile 2.2", followed by its marks.
    fn drink(&self, drink: &Drink) -> String {
        let marks =
            format!("{}{}", if drink.sports_drink { "s" } else { "" }, if drink.salt { "+" } else { "" });
        let unit = if self.units == Units::Miles { "mile" } else { "km" };
        let (hours, minutes) = ((drink.elapsed_s / 3600.0) as u32, (drink.elapsed_s / 60.0) as u32 % 60);
        let cell = format!("{hours}:{minutes:02} {unit} {:.1} {marks}", drink.at_m / self.units.metres());
        format!("{cell:<22}")
    }
}

/// Appends the source's advice for the day.
fn the_day(text: &mut String, width: usize) {
    line!(text, "\nTHE DAY, as the source advises ({SOURCE})");
    for advice in ADVICE {
        line!(text, "  {:<17}  {}", advice.when, wrap(advice.text, 21, width));
    }
}

/// Returns the check at the first marker, the sentence that all formats begin with.
pub(super) fn first_check(plan: &Plan, units: Units) -> String {
    let range = |units: Units| {
        let (from_s, to_s) = window(plan, units);
        format!("{}–{}", clock(from_s), clock(to_s))
    };
    let check = match units {
        Units::Miles => format!("At the 1-mile marker your watch should read {}.", range(Units::Miles)),
        Units::Kilometres => format!(
            "At the 1-kilometre marker your watch should read {}, after the first mile {}.",
            range(Units::Kilometres),
            range(Units::Miles)
        ),
    };
    format!("{check} If it reads less, slow down now.")
}

/// Returns the earliest and latest time that the watch should read at the first marker, seconds.
pub(super) fn window(plan: &Plan, units: Units) -> (f64, f64) {
    let CheckWindow { from_s, target_s, to_s } = plan.first_mile;
    let share = match (units, plan.km.first()) {
        (Units::Kilometres, Some(first)) => first.elapsed_s / target_s,
        _ => 1.0,
    };
    (share * from_s, share * to_s)
}

/// Returns a start's name: "on plan" or, for example, "first 10 km 2 % faster".
pub(super) fn start_name(plan: &Plan, start: &FastStart) -> String {
    let window = if plan.wall_pool.is_some() { "10 km" } else { "quarter" };
    match start.early_pct {
        pct if pct > 0.0 => format!("first {window} {pct:.0} % faster"),
        _ => "on plan".to_owned(),
    }
}

/// Returns a chance of the wall as its range and its band, for example "11–20 %" and "typical".
pub(super) fn chance(wall: &Wall) -> (String, String) {
    (format!("{}–{} %", percent(wall.low), percent(wall.high)), wall.risk.replace('-', " "))
}

/// Returns a note on whose chances of the wall are shown; `None` if the plan has none.
pub(super) fn wall_note(sheet: &PlanSheet) -> Option<String> {
    let pool = sheet.plan.wall_pool?;
    Some(format!(
        "The wall: a stretch of 5 km after 20 km at 1.25 times the pace before. Its chance is that of {} at such a pace and \
         start{}, from a good day to a bad one, among {} runners of {}. An association, and no chance of a cramp.",
        people(sheet.sex),
        if sheet.sex.is_none() { " (--sex makes it closer)" } else { "" },
        thousands(pool.n),
        pool.name
    ))
}

/// Returns the total of the drinks, in ounces and litres; `None` without drinks.
pub(super) fn drink_total(plan: &Plan) -> Option<String> {
    let count = plan.drinks.len();
    let (low, high) = DRINK_OZ;
    let litres = |oz: f64| oz * LITRES_PER_OZ;
    (count > 0).then(|| {
        format!(
            "{low:.0}–{high:.0} oz ({:.2}–{:.2} l) {}",
            litres(low),
            litres(high),
            match count {
                1 => "once".to_owned(),
                _ => format!(
                    "each, {count} times, {:.1}–{:.1} l in all",
                    litres(low) * count as f64,
                    litres(high) * count as f64
                ),
            }
        )
    })
}
