//! Where running services keep their exports, what comes out, and what of it is read.
//!
//! `firstmile explain export` prints it as text, and with `--format md` as `docs/export.md`. The
//! list below is the one source of both. Services move their menus: each entry says what it rests
//! on.

use super::layout::{line, wrap};

/// The width at which lines of text are wrapped, columns.
const WIDTH: usize = 78;

/// A service, and how its recordings are had.
pub struct Service {
    /// Its name.
    pub name: &'static str,
    /// Where all recordings are had at once.
    pub everything: &'static str,
    /// Where one recording is had.
    pub one_run: &'static str,
    /// What comes out.
    pub files: &'static str,
    /// What of it is read.
    pub reads: &'static str,
    /// What the entry rests on.
    pub source: &'static str,
}

/// The services, in the order of the page.
pub static SERVICES: &[Service] = &[
    Service {
        name: "Garmin Connect",
        everything: "Garmin account on the web, Data Management, Export Your Data. A link comes by e-mail, often after \
                     hours.",
        one_run: "The activity on the web, gear menu, Export File for the original FIT; TCX and GPX are beside it. Or \
                  copy the folder Activity from the watch by USB.",
        files: "A zip whose inner zips hold the FIT files, with names and race flags in summarizedActivities.json.",
        reads: "The zip as it is, with names and race flags.",
        source: "the structure of real exports, on which the reader was built; Garmin's menus were not checked",
    },
    Service {
        name: "Strava",
        everything: "Settings on the web, My Account, Download or Delete Your Account, Get Started, Download Request. A \
                     link comes by e-mail.",
        one_run: "The activity on the web, menu …, Export Original.",
        files: "A zip with activities.csv and the folder activities: FIT, TCX and GPX as they were uploaded, many gzipped.",
        reads: "The zip as it is, with names and race flags from activities.csv, in nine languages.",
        source: "Strava's help on bulk export, and the structure of real exports",
    },
    Service {
        name: "Apple Health (Apple Watch)",
        everything: "Health app on the iPhone, your picture, Export All Health Data.",
        one_run: "Not in the Health app; other apps write single workouts as FIT or GPX.",
        files: "export.zip: the folder workout-routes has one GPX for each outdoor workout, export.xml has everything \
                else.",
        reads: "The GPX routes. They name no sport, so a run is recognised by its movement, and they have no heart rate. \
                export.xml is not read, so treadmill runs are missing. Leave it out: --include '*.gpx' export.zip",
        source: "descriptions of the export by its users; Apple publishes no format",
    },
    Service {
        name: "Fitbit and Google Health",
        everything: "Google Takeout on the web, choose Fitbit only.",
        one_run: "The exercise in the activity log on the web, menu, Export as TCX, where it has a map.",
        files: "Takeout has JSON without the track; a single exercise is a TCX.",
        reads: "The TCX. The JSON is not read.",
        source: "Google's reference of the TCX export; descriptions of Takeout by its users",
    },
    Service {
        name: "Samsung Health",
        everything: "The app, Settings, Download personal data.",
        one_run: "The exercise in the app, menu, export as GPX, where it has a map and the app offers it.",
        files: "A folder of CSV and JSON; a single exercise may be a GPX.",
        reads: "The GPX. CSV and JSON are not read.",
        source: "descriptions of the export by its users",
    },
    Service {
        name: "Polar Flow",
        everything: "Polar account on the web, Download your data.",
        one_run: "The training session in Polar Flow on the web, Export session, TCX or GPX.",
        files: "The download is a zip of JSON; a single session is TCX or GPX.",
        reads: "TCX and GPX. The JSON is not read, so export the races one by one.",
        source: "Polar's help on sharing sessions",
    },
    Service {
        name: "Suunto",
        everything: "No button is known to us. Connect the app to Strava, or ask Suunto's support for your data.",
        one_run: "The workout in the Suunto app, menu, export as FIT or GPX.",
        files: "FIT or GPX.",
        reads: "Both.",
        source: "Suunto's description of its FIT files; the app's menu from its users",
    },
    Service {
        name: "COROS",
        everything: "No button is known to us. Connect the app to Strava.",
        one_run: "The activity in the COROS app, share, Export Data.",
        files: "FIT, TCX, GPX, KML or CSV, as you choose.",
        reads: "FIT, TCX and GPX; choose FIT. KML and CSV are not read.",
        source: "a comparison of the exported files by a user",
    },
    Service {
        name: "Wahoo",
        everything: "Connect the device by USB, after USB and FIT access are allowed in the app; the folder exports has \
                     the recordings.",
        one_run: "The workout in the Wahoo app, share, the FIT file.",
        files: "FIT.",
        reads: "The folder as it is.",
        source: "Wahoo's help on connecting a device to a computer",
    },
    Service {
        name: "adidas Running",
        everything: "The account on the web, Account & Data, Export Data. Instructions come by e-mail.",
        one_run: "–",
        files: "A zip: JSON for each session, and a GPX for each session with a track.",
        reads: "The GPX in the zip as it is. The JSON is not read.",
        source: "adidas Running's help on exporting account data",
    },
    Service {
        name: "Runkeeper",
        everything: "Settings on the web, Export Data. A zip within minutes.",
        one_run: "–",
        files: "A zip: cardioActivities.csv and a GPX for each activity with a track, with heart rate and pauses.",
        reads: "The GPX in the zip as it is. cardioActivities.csv is not read.",
        source: "Runkeeper's announcement of the export",
    },
    Service {
        name: "Nike Run Club",
        everything: "There is no export of recordings. Connect the app to Strava for the runs to come.",
        one_run: "–",
        files: "Nothing that firstmile reads.",
        reads: "Nothing.",
        source: "an app maker's account of ten years of asking",
    },
];

/// The lead of both forms.
const LEAD: &str = "Where a service has your recordings, and what firstmile reads of them. A zip need not be unpacked: \
                    firstmile export.zip";

/// The close of both forms.
const CLOSE: &str = "Services move their menus, and none of these was tried with an account. If several formats \
                     are offered, take FIT, then TCX, then GPX: each holds more than the next.";

impl Service {
    fn parts(&self) -> [(&'static str, &'static str); 5] {
        [
            ("everything", self.everything),
            ("one run", self.one_run),
            ("you get", self.files),
            ("is read", self.reads),
            ("source", self.source),
        ]
    }
}

/// Returns the list as text for a terminal.
pub fn text() -> String {
    let mut text = String::new();
    line!(text, "{}", wrap(LEAD, 0, WIDTH));
    for service in SERVICES {
        line!(text, "\n{}", service.name);
        for (title, body) in service.parts() {
            line!(text, "  {title:<11} {}", wrap(body, 14, WIDTH));
        }
    }
    line!(text, "\n{}", wrap(CLOSE, 0, WIDTH));
    text
}

/// Returns the list as a Markdown document.
pub fn markdown() -> String {
    let mut text = String::new();
    line!(text, "# Where is my export?\n");
    line!(text, "{}", wrap(LEAD, 0, 120));
    line!(text, "\nThis page is made by `firstmile explain export --format md`.");
    for service in SERVICES {
        line!(text, "\n## {}\n", service.name);
        for (title, body) in service.parts() {
            line!(text, "* {}", wrap(&format!("**{title}:** {body}"), 2, 120));
        }
    }
    line!(text, "\n## In general\n\n{}", wrap(CLOSE, 0, 120));
    text
}
