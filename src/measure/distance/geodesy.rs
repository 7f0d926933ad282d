//! Lengths on the WGS84 ellipsoid between neighbouring points of a track.

/// Semi-major axis of WGS84 in metres (NIMA TR8350.2).
const A_M: f64 = 6_378_137.0;
/// First eccentricity squared of WGS84 (NIMA TR8350.2).
const E2: f64 = 6.694_379_990_14e-3;

/// So near to a latitude, degrees (some 640 m), the polynomials of a [`Ruler`] hold: the cube of that in radians, a sixth
/// of which they leave out, is 1e-12.
const NEARBY_DEG: f64 = 0.0057;

/// A point, latitude and longitude in degrees.
pub(in crate::measure) type LatLon = (f64, f64);

/// From one point to another, metres east and north.
pub(in crate::measure) type EastNorth = [f64; 2];

/// The distance in metres between two points close to each other.
///
/// Uses the ellipsoid's two radii of curvature at the middle latitude. Up to 10 km, away from the last degree
/// at the poles, this is within 1e-5 of the geodesic; a test compares it with lengths known from Karney's
/// algorithm.
pub(in crate::measure) fn distance_m(from: LatLon, to: LatLon) -> f64 {
    distance_at_m(from, to, libm::sincos(middle(from, to)))
}

/// A point as metres from the middle of a globe of the equator's size.
pub(in crate::measure) fn in_space_m((latitude, longitude): LatLon) -> [f64; 3] {
    let (sin, cos) = libm::sincos(latitude.to_radians());
    let (east_sin, east_cos) = libm::sincos(longitude.to_radians());
    [A_M * cos * east_cos, A_M * cos * east_sin, A_M * sin]
}

/// A ruler for the many short lengths of one track: [`distance_m`] without a sine, a root and a quotient for each.
///
/// It keeps the metres of a degree at a latitude nearby as polynomials of the degrees from there.
#[derive(Debug)]
pub(in crate::measure) struct Ruler {
    latitude_deg: f64,
    sin: f64,
    cos: f64,
    north_m: [f64; 2],
    east_m: [f64; 3],
}

impl Ruler {
    /// A ruler for lengths near a point.
    pub(in crate::measure) fn near(point: LatLon) -> Self {
        const RADIAN: f64 = std::f64::consts::PI / 180.0;
        let (sin, cos) = libm::sincos(point.0.to_radians());
        let w2 = 1.0 - E2 * sin * sin;
        let meridian_m = A_M * (1.0 - E2) / (w2 * w2.sqrt());
        let parallel_m = A_M / w2.sqrt() * cos;
        // By radians: M' = 3 e² sin cos M / w², and with p = N cos the radius of the parallel, p' = -M sin.
        let meridian_slope = 3.0 * E2 * sin * cos * meridian_m / w2;
        let parallel_bend = -(meridian_m * cos + meridian_slope * sin);
        Self {
            latitude_deg: point.0,
            sin,
            cos,
            north_m: [RADIAN * meridian_m, RADIAN * RADIAN * meridian_slope],
            east_m: [
                RADIAN * parallel_m,
                RADIAN * RADIAN * -meridian_m * sin,
                RADIAN * RADIAN * RADIAN * 0.5 * parallel_bend,
            ],
        }
    }

    /// Metres east and north from one point to another close to it, the long way round past longitude 180; and whether
    /// the ruler reaches there.
    #[inline]
    pub(in crate::measure) fn step_m(&self, from: LatLon, to: LatLon) -> (EastNorth, bool) {
        let on = 0.5 * (from.0 + to.0) - self.latitude_deg;
        let north_m = (self.north_m[0] + self.north_m[1] * on) * (to.0 - from.0);
        let east_m = (self.east_m[0] + (self.east_m[1] + self.east_m[2] * on) * on) * (to.1 - from.1);
        ([east_m, north_m], on.abs() <= NEARBY_DEG)
    }

    /// Metres east and north from one point to another, the shorter way round; the ruler is moved to where it reaches.
    pub(in crate::measure) fn long_step_m(&mut self, from: LatLon, to: LatLon) -> EastNorth {
        let to = (to.0, from.1 + turn_deg(from, to));
        let (step_m, reaches) = self.step_m(from, to);
        if reaches {
            return step_m;
        }
        *self = Self::near((0.5 * (from.0 + to.0), 0.0));
        self.step_m(from, to).0
    }

    /// Whether the ruler reaches to a point.
    pub(in crate::measure) fn reaches(&self, point: LatLon) -> bool {
        (point.0 - self.latitude_deg).abs() <= NEARBY_DEG
    }

    /// The cosine of a latitude in degrees; the ruler is moved there where it does not reach.
    pub(in crate::measure) fn cosine(&mut self, latitude_deg: f64) -> f64 {
        let mut on_deg = latitude_deg - self.latitude_deg;
        if on_deg.abs() > NEARBY_DEG {
            *self = Self::near((latitude_deg, 0.0));
            on_deg = 0.0;
        }
        let on = on_deg.to_radians();
        self.cos - (self.sin + 0.5 * self.cos * on) * on
    }
}

/// Degrees of longitude from one point to another, the shorter way round.
fn turn_deg(from: LatLon, to: LatLon) -> f64 {
    let turn = to.1 - from.1;
    if turn.abs() <= 180.0 { turn } else { turn - 360.0_f64.copysign(turn) }
}

/// The latitude half way, radians.
fn middle(from: LatLon, to: LatLon) -> f64 {
    (0.5 * (from.0 + to.0)).to_radians()
}

/// The distance in metres, by the sine and cosine of the latitude half way.
fn distance_at_m(from: LatLon, to: LatLon, (sin, cos): (f64, f64)) -> f64 {
    let w2 = 1.0 - E2 * sin * sin;
    let w = w2.sqrt();
    let meridian_m = A_M * (1.0 - E2) / (w2 * w);
    let normal_m = A_M / w;
    let (north_m, east_m) =
        (meridian_m * (to.0 - from.0).to_radians(), normal_m * cos * turn_deg(from, to).to_radians());
    (north_m * north_m + east_m * east_m).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths by Karney's algorithm (GeographicLib; geographiclib 2.0 for Python).
    const GEODESICS: &[(LatLon, LatLon, f64)] = &[
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
                let ([east_m, north_m], exact_m) = (ruler.long_step_m(from, to), distance_m(from, to));
                let ruled_m = libm::hypot(east_m, north_m);
                assert!((ruled_m - exact_m).abs() <= 3e-10 * exact_m, "{from:?} {to:?}: {ruled_m} {exact_m}");
                from = to;
            }
            assert!(!Ruler::near(from).step_m(from, (from.0 + 0.1, 11.0)).1);
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
