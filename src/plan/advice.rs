//! Race-day advice of one article on running cramps, the source, with a caution about drinking.
//!
//! Reports attribute the advice to that article. The program does not give it as its own.

/// One piece of advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Advice {
    /// The time that it is for.
    pub when: &'static str,
    /// The source's advice.
    pub text: &'static str,
}

/// The source of the advice.
pub const SOURCE: &str = "the advice article on running cramps that this program grew from";

/// Races from this time on, seconds, are long: the source advises a sports drink past it, and only
/// for them is its advice on salt given.
pub const LONG_FROM_S: f64 = 90.0 * 60.0;

/// The time of the advice on drinks during the race.
pub const ON_THE_WAY: &str = "on the way";

/// Returns the source's advice for a race of that many seconds, in the order of the day.
pub fn advice(goal_s: f64) -> Vec<Advice> {
    let on_the_way = if goal_s >= LONG_FROM_S {
        "6–8 oz (0.18–0.24 l) every 20 minutes; past 90 minutes a sports drink; salt at half-way."
    } else {
        "6–8 oz (0.18–0.24 l) every 20 minutes."
    };
    vec![
        Advice { when: "an hour before", text: "16–24 oz (0.5–0.7 l) of fluid." },
        Advice { when: "just before", text: "4–8 oz (0.12–0.24 l) more." },
        Advice { when: "warm-up", text: "A 10-minute jog; static stretches belong after the race." },
        Advice { when: "at the start", text: "Line up in the right place, and let others pass." },
        Advice {
            when: "first mile",
            text: "Slower than you mean to run the final one. Check your watch at the first-mile marker against the \
                   anticipated pace.",
        },
        Advice { when: ON_THE_WAY, text: on_the_way },
        Advice { when: "a cramp", text: "Stop, stretch and massage the muscle." },
        Advice { when: "afterwards", text: "Drink, stretch, a massage." },
        Advice { when: "if cramps persist", text: "See a professional." },
        Advice { when: "until then", text: "Practise slow starts on the weekly long run." },
    ]
}

/// The caution that reports show next to the source's amounts of fluid.
pub const DRINK_CAUTION: &str = "Drink to thirst and never so much that you gain weight: drinking more than you lose can \
                                 be deadly (Hew-Butler T et al. Statement of the Third International Exercise-Associated \
                                 Hyponatremia Consensus Development Conference. Clin J Sport Med 2015;25(4):303-320).";

/// The study that reports show next to the source's advice on salt.
pub const SALT_CAUTION: &str = "Salt is not known to prevent cramps: in a 161-km race, runners with and without cramps took \
                                similar amounts of sodium (20 finishers; Hoffman MD, Stuempfle KJ, Valentino T. Sodium \
                                intake during an ultramarathon does not prevent muscle cramping, dehydration, \
                                hyponatremia, or nausea. Sports Med Open 2015;1:39).";

/// How much to drink on the way, as a rate.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct DrinkRate {
    /// The time between two drinks, seconds.
    pub every_s: f64,
    /// The smallest drink, US fluid ounces.
    pub from_oz: f64,
    /// The largest drink, US fluid ounces.
    pub to_oz: f64,
}

/// The source's rate.
pub const DRINK_RATE: DrinkRate = DrinkRate { every_s: 20.0 * 60.0, from_oz: 6.0, to_oz: 8.0 };
/// Litres in a US fluid ounce.
pub const LITRES_PER_OZ: f64 = 0.029_573_529_562_5;
