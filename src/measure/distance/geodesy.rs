//! Lengths in metres on the WGS84 ellipsoid between neighbouring points of a track, given in
//! degrees.

/// Semi-major axis of WGS84 in metres (NIMA TR8350.2).
const A_M: f64 = 6_378_137.0;
/// First eccentricity squared of WGS84 (NIMA TR8350.2).
const E2: f64 = 6.694_379_990_14e-3;

/// A [`Ruler`] is exact up to this difference of latitude, degrees (some 640 m). Its polynomials
/// leave out the term of third order: a sixth of the cube of this angle, which is 1e-12 in radians.
const NEARBY_DEG: f64 = 0.0057;

/// A point, latitude and longitude in degrees.
pub(in crate::measure) type LatLon = (f64, f64);

/// The way from one point to another: metres east and north.
pub(in crate::measure) type EastNorth = [f64; 2];

/// Returns the distance in metres between two points close to each other.
///
/// It uses the two radii of curvature of the ellipsoid at the middle latitude. Up to 10 km, and
/// more than a degree from the poles, the relative error is below 1e-5. A test compares it with
/// Karney's algorithm.
pub(in crate::measure) fn distance_m(from: LatLon, to: LatLon) -> f64 {
    distance_at_m(from, to, libm::sincos(middle(from, to)))
}

/// Converts a point to metres from the centre of a sphere with the radius of the equator.
pub(in crate::measure) fn in_space_m((latitude, longitude): LatLon) -> [f64; 3] {
    let (sin, cos) = libm::sincos(latitude.to_radians());
    let (east_sin, east_cos) = libm::sincos(longitude.to_radians());
    [A_M * cos * east_cos, A_M * cos * east_sin, A_M * sin]
}

/// A ruler for the many short lengths of one track. It has the metres of a degree near one
/// latitude, as polynomials of the difference to that latitude.
// PERF(polynomials): 458 → 365 instructions a sample of FIT, whole program (benches/whole.sh);
// the plain form is distance_m, which a test compares.
#[derive(Debug)]
pub(in crate::measure) struct Ruler {
    latitude_deg: f64,
    north_m: [f64; 2],
    east_m: [f64; 3],
}

impl Ruler {
    /// Makes a ruler for lengths near the latitude of a point.
    pub(in crate::measure) fn near(point: LatLon) -> Self {
        const RADIAN: f64 = std::f64::consts::PI / 180.0;
        let (sin, cos) = libm::sincos(point.0.to_radians());
        let w2 = 1.0 - E2 * sin * sin;
        let meridian_m = A_M * (1.0 - E2) / (w2 * w2.sqrt());
        let parallel_m = A_M / w2.sqrt() * cos;
        // Derivatives by the latitude in radians. M is the radius of the meridian, M' = 3 e² sin
        // cos M / w². p = N cos is the radius of the parallel, p' = -M sin.
        let meridian_slope = 3.0 * E2 * sin * cos * meridian_m / w2;
        let parallel_bend = -(meridian_m * cos + meridian_slope * sin);
        Self {
            latitude_deg: point.0,
            north_m: [RADIAN * meridian_m, RADIAN * RADIAN * meridian_slope],
            east_m: [
                RADIAN * parallel_m,
                RADIAN * RADIAN * -meridian_m * sin,
                RADIAN * RADIAN * RADIAN * 0.5 * parallel_bend,
            ],
        }
    }

    /// Returns the metres east and north from one point to another close to it, and whether the
    /// ruler is exact there. Across longitude 180 the result is the long way round the earth.
    #[inline]
    pub(in crate::measure) fn step_m(&self, from: LatLon, to: LatLon) -> (EastNorth, bool) {
        let on = 0.5 * (from.0 + to.0) - self.latitude_deg;
        let north_m = (self.north_m[0] + self.north_m[1] * on) * (to.0 - from.0);
        let east_m = (self.east_m[0] + (self.east_m[1] + self.east_m[2] * on) * on) * (to.1 - from.1);
        ([east_m, north_m], on.abs() <= NEARBY_DEG)
    }

    /// Returns the metres east and north from one point to another, the shorter way round the
    /// earth. Moves the ruler if it is not exact there.
    pub(in crate::measure) fn long_step_m(&mut self, from: LatLon, to: LatLon) -> EastNorth {
        let to = (to.0, from.1 + turn_deg(from, to));
        let (step_m, reaches) = self.step_m(from, to);
        if reaches {
            return step_m;
        }
        *self = Self::near((0.5 * (from.0 + to.0), 0.0));
        self.step_m(from, to).0
    }

    /// Returns whether the ruler is exact at a point.
    pub(in crate::measure) fn reaches(&self, point: LatLon) -> bool {
        (point.0 - self.latitude_deg).abs() <= NEARBY_DEG
    }
}

/// Returns the degrees of longitude from one point to another, the shorter way round.
fn turn_deg(from: LatLon, to: LatLon) -> f64 {
    let turn = to.1 - from.1;
    if turn.abs() <= 180.0 { turn } else { turn - 360.0_f64.copysign(turn) }
}

/// Returns the latitude half way between two points, in radians.
fn middle(from: LatLon, to: LatLon) -> f64 {
    (0.5 * (from.0 + to.0)).to_radians()
}

/// Returns the distance in metres, given the sine and cosine of the latitude half way.
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

    /// Lengths computed by Karney's algorithm (GeographicLib; geographiclib 2.0 for Python).
    const GEODESICS: &[(LatLon, LatLon, f64)] = &[
        ((0.0, 0.0), (0.0, 0.01), 1_113.194_907_932_735_8),
        ((0.0, 0.0), (0.01, 0.0), 1_105.742_758_328_686_5),
        ((48.0, 11.0), (48.01, 11.01), 1_339.073_432_238_296_2),
        ((60.0, 179.995), (60.0, -179.995), 558.000_015_192_676_9),
        ((-33.9, 151.2), (-33.96, 151.27), 9_283.447_428_002_419),
        ((70.0, 20.0), (70.06, 20.2), 10_147.262_077_648_962),
    ];

    #[test]
    fn a_ruler_agrees_with_the_plain_formula() {
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
