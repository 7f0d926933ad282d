//! A plan as text for the runner: the check at the first mile, gates, targets, drinks, and the
//! advice of an article on running cramps.

use std::io;
use std::io::Write;

use super::PlanSheet;
use crate::escape::escape_controls;
use crate::formats::Style;
use crate::formats::layout::{line, to_ascii, truncate, width_of, wrap};
use crate::judge::evidence::heat::DAYS;
use crate::judge::evidence::tables::people;
use crate::phrases::{clock, percent, signed, thousands};
use crate::plan::advice::{
    Advice, DRINK_CAUTION, DRINK_RATE, LITRES_PER_OZ, LONG_FROM_S, ON_THE_WAY, SALT_CAUTION, SOURCE, advice,
};
use crate::plan::{CheckWindow, FastStart, Plan, Target, Wall};
use crate::units::{MILE_M, Units};

/// The greatest and the least width of an own race's name, columns.
const NAME_WIDTH: usize = 30;
const LEAST_NAME_WIDTH: usize = 12;
/// The most columns of targets, and the gap between them.
const MOST_COLUMNS: usize = 3;
const GAP: &str = "   ";
/// The number of own races shown: the latest ones.
const RACES_SHOWN: usize = 6;

/// Writes the plan.
///
/// # Errors
///
/// If writing fails.
pub(super) fn write(sheet: &PlanSheet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::new();
    let page = PlanPage { sheet, plan: &sheet.plan, units: style.units, style };
    page.head(&mut text);
    page.own_races(&mut text);
    page.gates(&mut text);
    page.targets(&mut text);
    page.drinks(&mut text);
    page.the_day(&mut text);
    if style.ascii {
        text = to_ascii(&text);
    }
    out.write_all(text.as_bytes())
}

/// Returns the chosen proportion of the halves in a sentence; `None` without one.
pub(super) fn split_words(plan: &Plan) -> Option<String> {
    let split = plan.split.as_ref()?;
    let how = match split.bias_pct {
        0.0 => "equal".to_owned(),
        pct if pct < 0.0 => format!("the second {} % faster", -pct),
        pct => format!("the second {pct} % slower"),
    };
    let by = if plan.hills.is_some() { " by effort" } else { "" };
    Some(format!("Halves: {} and {}, {how}{by}.", clock(split.first_half_s), clock(split.second_half_s)))
}

/// The parts of the page. Each method appends one part.
struct PlanPage<'a> {
    sheet: &'a PlanSheet,
    plan: &'a Plan,
    units: Units,
    style: &'a Style,
}

impl PlanPage<'_> {
    /// Appends a wrapped sentence.
    fn sentence(&self, text: &mut String, sentence: &str) {
        line!(text, "{}", wrap(sentence, 0, self.style.page_width()));
    }

    /// Returns the pace after the first mile; with a chosen proportion of the halves, that of each.
    fn rest(&self) -> String {
        let (plan, units) = (self.plan, self.units);
        match &plan.split {
            _ if plan.hills.is_some() => "the rest".to_owned(),
            None => format!("{} a {}", units.pace(self.rest_s_per_m()), units.word()),
            Some(split) => {
                let half_m = plan.distance_m / 2.0;
                let first_s_per_m = (split.first_half_s - plan.first_mile.target_s) / (half_m - MILE_M);
                format!(
                    "{} a {} to half-way and {} after it",
                    units.pace(first_s_per_m),
                    units.word(),
                    units.pace(split.second_half_s / half_m)
                )
            }
        }
    }

    /// Appends the check at the first mile and the plan in a sentence.
    fn head(&self, text: &mut String) {
        let plan = self.plan;
        self.sentence(text, &first_check(plan, self.units));
        let is_even = plan.hills.is_some() && plan.split.is_none();
        let level = if is_even { " at an even effort" } else { "" };
        let sentence = format!(
            "Then {}{level}, the final mile in {}, and the {} takes {} ({} a {} over all).",
            self.rest(),
            clock(plan.final_mile_s),
            plan.title,
            clock(plan.goal_s),
            self.units.pace(plan.goal_s / plan.distance_m),
            self.units.word(),
        );
        self.sentence(text, &sentence);
        if let Some(sentence) = split_words(plan) {
            self.sentence(text, &sentence);
        }
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
        (self.plan.goal_s - self.plan.first_mile.target_s) / (self.plan.distance_m - MILE_M)
    }

    /// Appends the runner's own races and how fast they usually started.
    fn own_races(&self, text: &mut String) {
        let Some(own) = &self.sheet.own else { return };
        if own.races.is_empty() {
            line!(text, "\nNo race of yours over this course was found.");
            return;
        }
        // Beside the name: day, four columns and their gaps.
        let room = self.style.width.map_or(NAME_WIDTH, |width| width.saturating_sub(53));
        let name_width = room.clamp(LEAST_NAME_WIDTH, NAME_WIDTH);
        line!(
            text,
            "\n{:<10}  {:<name_width$}  {:>8}  {:>10}  {:>7}  {:>8}",
            "YOUR RACES",
            "",
            "time",
            "first mile",
            "start",
            "split"
        );
        let first = own.races.len().saturating_sub(RACES_SHOWN);
        for race in &own.races[first..] {
            let name = truncate(&escape_controls(&race.label), name_width);
            let pad = " ".repeat(name_width - width_of(&name));
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
        let last = if plan.wall_pool.is_some() { format!("   {WALL_HEAD}") } else { String::new() };
        line!(text, "\n{:<24}{}{last}", "GATES", heads.concat());
        for start in &plan.starts {
            let times: Vec<String> =
                start.gates_s.iter().map(|at_s| format!("{:>9}", clock(*at_s))).collect();
            let wall = start.wall.as_ref().map_or_else(String::new, |wall| format!("   {}", chance(wall)));
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
        let room = self.style.width.unwrap_or(usize::MAX).saturating_add(GAP.len());
        let most = (room / (width_of(&head) + GAP.len())).clamp(1, MOST_COLUMNS);
        let columns = if targets.len() > 10 { most } else { 1 };
        let rows = targets.len().div_ceil(columns);
        let heads = vec![head; targets.len().div_ceil(rows)];
        line!(text, "\nTARGETS\n{}", heads.join(GAP));
        for row in 0..rows {
            let cells: Vec<String> =
                targets.iter().skip(row).step_by(rows).map(|target| self.target(target, hills)).collect();
            line!(text, "{}", cells.join(GAP));
        }
        if hills {
            self.sentence(text, "hills: how much harder than level ground the stretch is, + is uphill work");
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

    /// Appends the drinks that the source advises, as a rate.
    fn drinks(&self, text: &mut String) {
        line!(text, "\nDRINKS ON THE WAY, as the source advises");
        let Some(rate) = drink_rate(self.plan, self.units) else {
            let none = "none: its first would be after 20 minutes, near the finish or later";
            line!(text, "  {}", wrap(none, 2, self.style.page_width()));
            return;
        };
        line!(text, "  {}", wrap(&rate, 2, self.style.page_width()));
        line!(text, "  {}", wrap(&format!("Caution: {DRINK_CAUTION}"), 2, self.style.page_width()));
        if self.plan.goal_s >= LONG_FROM_S {
            line!(text, "  {}", wrap(SALT_CAUTION, 2, self.style.page_width()));
        }
    }

    /// Appends the source's advice for the day.
    fn the_day(&self, text: &mut String) {
        text.push('\n');
        self.sentence(text, &format!("THE DAY, as the source advises ({SOURCE})"));
        for (when, advice) in advice_for(self.plan) {
            line!(text, "  {when:<17}  {}", wrap(&advice, 21, self.style.page_width()));
        }
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

/// The heading over [`chance`].
pub(super) const WALL_HEAD: &str = "chance of the wall";

/// Returns a chance of the wall with its range over days, for example "15 of 100 (11–20)".
pub(super) fn chance(wall: &Wall) -> String {
    format!("{:>2} of 100 ({}–{})", percent(wall.p), percent(wall.low), percent(wall.high))
}

/// Returns a note on whose chances of the wall are shown; `None` if the plan has none.
pub(super) fn wall_note(sheet: &PlanSheet) -> Option<String> {
    let pool = sheet.plan.wall_pool?;
    let moved = sheet.plan.heat.as_ref().map_or_else(String::new, |heat| {
        let (usual, race) = heat.temperatures;
        format!(
            " The chances are moved from a day of {usual} to one of {race}, as if they were of days like the first. \
             The slope is of {DAYS} Boston days, an association of days on one course (explain HEAT-01)."
        )
    });
    Some(format!(
        "The wall: a stretch of 5 km after 20 km at 1.25 times the pace before. Its chance is that of {} at such a pace and \
         start{} on an average day; in brackets, from a good day to a bad one. It is from {} runners of {}. An \
         association, and no chance of a cramp.{moved}",
        people(sheet.sex),
        if sheet.sex.is_none() { " (--sex makes it closer)" } else { "" },
        thousands(pool.n),
        pool.name
    ))
}

/// Returns the source's advice for the day: when, and what. A rate that gives at most one drink has
/// what it comes to in this race.
pub(super) fn advice_for(plan: &Plan) -> Vec<(&'static str, String)> {
    let here = match plan.drinks.len() {
        0 => " In this race that is none.",
        1 => " In this race that is once, or none.",
        _ => "",
    };
    let in_words = |advice: Advice| {
        let here = if advice.when == ON_THE_WAY { here } else { "" };
        (advice.when, format!("{}{here}", advice.text))
    };
    advice(plan.goal_s).into_iter().map(in_words).collect()
}

/// Returns the rate of drinking in a sentence, with the place of the sports drink and the salt;
/// `None` without drinks. A total is never given, for thirst decides it.
pub(super) fn drink_rate(plan: &Plan, units: Units) -> Option<String> {
    let first = plan.drinks.first()?;
    let rate = DRINK_RATE;
    let amount = format!(
        "{:.0}–{:.0} oz ({:.2}–{:.2} l)",
        rate.from_oz,
        rate.to_oz,
        rate.from_oz * LITRES_PER_OZ,
        rate.to_oz * LITRES_PER_OZ
    );
    let unit = if units == Units::Miles { "mile" } else { "km" };
    let place = |at_m: f64| format!("{unit} {:.1}", at_m / units.metres());
    let mut sentence = if plan.drinks.len() == 1 {
        format!(
            "{amount} every 20 minutes: in this race once, after 20 minutes ({}), or none if you are not thirsty.",
            place(first.at_m)
        )
    } else {
        let each = rate.every_s / plan.goal_s * plan.distance_m / units.metres();
        let plural = if units == Units::Miles { "miles" } else { "km" };
        format!("{amount} every 20 minutes, about every {each:.1} {plural}; less if you are not thirsty.")
    };
    if let Some(sports) = plan.drinks.iter().find(|drink| drink.sports_drink) {
        sentence += &format!(" From {} on, past 90 minutes, a sports drink.", place(sports.at_m));
    }
    if let Some(salt) = plan.drinks.iter().find(|drink| drink.salt) {
        sentence += &format!(" Salt near half-way, {}.", place(salt.at_m));
    }
    Some(sentence)
}
