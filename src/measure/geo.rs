//! Lengths on the WGS84 ellipsoid between neighbouring points of a track.

/// Semi-major axis of WGS84 in metres (NIMA TR8350.2).
const A_M: f64 = 6_378_137.0;
/// First eccentricity squared of WGS84 (NIMA TR8350.2).
const E2: f64 = 6.694_379_990_14e-3;

/// No degree of latitude or longitude is longer: 111,694 m, of latitude at the poles.
const LONGEST_DEGREE_M: f64 = 111_700.0;
/// So near to a latitude, radians (some 640 m), the series of a [`Ruler`] are as good as an `f64`: what they leave out
/// is 1e-4⁴ / 24, a fortieth of its last digit.
const NEARBY: f64 = 1e-4;

/// A point, latitude and longitude in degrees.
pub(super) type Point = (f64, f64);

/// The distance in metres between two points close to each other.
///
/// Uses the ellipsoid's two radii of curvature at the middle latitude. Up to 10 km, away from the last degree
/// at the poles, this is within 1e-5 of the geodesic; a test compares it with lengths known from Karney's
/// algorithm.
pub(super) fn distance_m(from: Point, to: Point) -> f64 {
    distance_at_m(from, to, libm::sincos(middle(from, to)))
}

/// A point as metres from the middle of a globe of the equator's size.
pub(super) fn in_space_m((latitude, longitude): Point) -> [f64; 3] {
    let (sin, cos) = libm::sincos(latitude.to_radians());
    let (east_sin, east_cos) = libm::sincos(longitude.to_radians());
    [A_M * cos * east_cos, A_M * cos * east_sin, A_M * sin]
}

/// Whether a point is within so many metres of another, by a measure that is quick and too long: `false` says nothing.
pub(super) fn is_surely_within(from: Point, to: Point, reach_m: f64) -> bool {
    let (north_deg, east_deg) = (to.0 - from.0, to.1 - from.1);
    let reach_deg = reach_m / LONGEST_DEGREE_M;
    north_deg * north_deg + east_deg * east_deg < reach_deg * reach_deg
}

/// A ruler for the many short lengths of one track: [`distance_m`] without a sine and a cosine for each.
///
/// It keeps those of a latitude nearby and goes on from there by the addition theorem.
#[derive(Debug)]
pub(super) struct Ruler {
    latitude: f64,
    sin: f64,
    cos: f64,
}

impl Ruler {
    /// A ruler for lengths that begin near a point.
    pub(super) fn near(point: Point) -> Self {
        let latitude = point.0.to_radians();
        let (sin, cos) = libm::sincos(latitude);
        Self { latitude, sin, cos }
    }

    /// The distance in metres between two points close to each other.
    pub(super) fn distance_m(&mut self, from: Point, to: Point) -> f64 {
        let middle = middle(from, to);
        if (middle - self.latitude).abs() > NEARBY {
            (self.latitude, (self.sin, self.cos)) = (middle, libm::sincos(middle));
        }
        let on = middle - self.latitude;
        let (sin_on, one_less_cos_on) = (on - on * on * on / 6.0, 0.5 * on * on);
        let sin = self.sin + (self.cos * sin_on - self.sin * one_less_cos_on);
        let cos = self.cos - (self.sin * sin_on + self.cos * one_less_cos_on);
        distance_at_m(from, to, (sin, cos))
    }
}

/// The latitude half way, radians.
fn middle(from: Point, to: Point) -> f64 {
    (0.5 * (from.0 + to.0)).to_radians()
}

/// The distance in metres, by the sine and cosine of the latitude half way; the shorter way round past longitude 180.
fn distance_at_m(from: Point, to: Point, (sin, cos): (f64, f64)) -> f64 {
    let w2 = 1.0 - E2 * sin * sin;
    let w = w2.sqrt();
    let meridian_m = A_M * (1.0 - E2) / (w2 * w);
    let normal_m = A_M / w;
    let mut turn = to.1 - from.1;
    if turn > 180.0 {
        turn -= 360.0;
    } else if turn < -180.0 {
        turn += 360.0;
    }
    let (north_m, east_m) = (meridian_m * (to.0 - from.0).to_radians(), normal_m * cos * turn.to_radians());
    (north_m * north_m + east_m * east_m).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths by Karney's algorithm (GeographicLib; geographiclib 2.0 for Python).
    const GEODESICS: &[(Point, Point, f64)] = &[
        ((0.0, 0.0), (0.0, 0.01), 1_113.194_907_932_735_8),
        ((0.0, 0.0), (0.01, 0.0), 1_105.742_758_328_686_5),
        ((48.0, 11.0), (48.01, 11.01), 1_339.073_432_238_296_2),
        ((60.0, 179.995), (60.0, -179.995), 558.000_015_192_676_9),
        ((-33.9, 151.2), (-33.96, 151.27), 9_283.447_428_002_419),
        ((70.0, 20.0), (70.06, 20.2), 10_147.262_077_648_962),
    ];

    #[test]
    fn a_ruler_measures_as_the_formula_does() {
        for latitude in [-89.0, -33.9, 0.0, 1e-9, 48.0, 70.0] {
            let mut ruler = Ruler::near((latitude, 11.0));
            let mut from = (latitude, 11.0);
            for step in 0..2000 {
                let to = (from.0 + 1e-5 * f64::from(step % 7 - 2), from.1 + 1e-5 * f64::from(step % 5 - 1));
                let (ruled_m, exact_m) = (ruler.distance_m(from, to), distance_m(from, to));
                assert!((ruled_m - exact_m).abs() <= 1e-14 * exact_m, "{from:?} {to:?}: {ruled_m} {exact_m}");
                assert!(!is_surely_within(from, to, exact_m), "{from:?} {to:?}");
                from = to;
            }
        }
    }

    #[test]
    fn short_lengths_agree_with_the_geodesic() {
        for (from, to, expected_m) in GEODESICS {
            let length_m = distance_m(*from, *to);
            assert!(
                (length_m / expected_m - 1.0).abs() < 1e-5,
                "{from:?} {to:?}: {length_m} for {expected_m}"
            );
        }
    }
}
