//! IANA time zones by name, from a copy of their database that the core brings along.

use std::sync::OnceLock;

use jiff::tz::TimeZone;

/// Names with the places of their data, an empty line, the data; see `build.rs`.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/zones.deflate"));

/// The zone of a name, in any case; `None` when there is none.
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    static UNPACKED: OnceLock<Vec<u8>> = OnceLock::new();
    let all = UNPACKED.get_or_init(|| miniz_oxide::inflate::decompress_to_vec(PACKED).unwrap_or_default());
    let end = all.windows(2).position(|pair| pair == b"\n\n")?;
    let (names, data) = all.split_at_checked(end + 2)?;
    let name = name.to_lowercase();
    let (place, length) = std::str::from_utf8(names).ok()?.lines().find_map(|line| {
        let mut words = line.split(' ');
        (words.next() == Some(name.as_str())).then_some(())?;
        Some((
            words.next()?.parse::<usize>().ok()?,
            words.next()?.parse::<usize>().ok()?,
        ))
    })?;
    TimeZone::tzif(&name, data.get(place..place + length)?).ok()
}

#[cfg(test)]
mod tests {
    use super::zone;

    #[test]
    fn zones_are_found_in_any_case() {
        let offset = |name: &str, second| {
            zone(name).map(|zone| {
                zone.to_offset(jiff::Timestamp::from_second(second).unwrap())
                    .seconds()
                    / 60
            })
        };
        // New York in January and July 2026, Kolkata, and a name that is only a link.
        assert_eq!(offset("America/New_York", 1_767_225_600), Some(-300));
        assert_eq!(offset("america/new_york", 1_782_864_000), Some(-240));
        assert_eq!(offset("Asia/Kolkata", 0), Some(330));
        assert_eq!(offset("Asia/Calcutta", 0), Some(330));
        assert_eq!(offset("Mars/Olympus", 0), None);
    }
}
