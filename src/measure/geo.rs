//! Lengths on the WGS84 ellipsoid between neighbouring points of a track.

/// Semi-major axis of WGS84 in metres (NIMA TR8350.2).
const A_M: f64 = 6_378_137.0;
/// First eccentricity squared of WGS84 (NIMA TR8350.2).
const E2: f64 = 6.694_379_990_14e-3;

/// A point, latitude and longitude in degrees.
pub(super) type Point = (f64, f64);

/// The distance in metres between two points close to each other.
///
/// Uses the ellipsoid's two radii of curvature at the middle latitude. Up to 10 km, away from the last degree
/// at the poles, this is within 1e-5 of the geodesic; a test compares it with lengths known from Karney's
/// algorithm.
pub(super) fn distance_m(from: Point, to: Point) -> f64 {
    let (north_m, east_m) = offset_m(from, to);
    (north_m * north_m + east_m * east_m).sqrt()
}

/// How far `to` lies north and east of `from`, in metres; the shorter way round past longitude 180.
pub(super) fn offset_m(from: Point, to: Point) -> (f64, f64) {
    let middle = (f64::midpoint(from.0, to.0)).to_radians();
    let (sin, cos) = libm::sincos(middle);
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
    (meridian_m * (to.0 - from.0).to_radians(), normal_m * cos * turn.to_radians())
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
