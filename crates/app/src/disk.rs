//! Whether the disk has room. When it is nearly full, nothing new is accepted, so that what was accepted can be brought to its end.
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// How much of the disk is kept free: so many bytes, but of a small disk not more than so many percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserve {
    /// Bytes; 0 keeps nothing free.
    pub bytes: u64,
    /// Percent of the whole disk.
    pub percent: u8,
}

impl Default for Reserve {
    /// 512 MiB, but at most 5 % of the disk.
    fn default() -> Self {
        Self {
            bytes: 512 * 1024 * 1024,
            percent: 5,
        }
    }
}

/// The disk of the embedded database.
#[derive(Debug, Clone)]
pub struct Watched {
    /// The folder that the database grows in.
    pub folder: PathBuf,
    /// What is kept free there.
    pub reserve: Reserve,
}

/// How a disk is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Space {
    /// What this process may still write, in bytes.
    pub(crate) free: u64,
    /// All that there is, in bytes.
    pub(crate) all: u64,
}

impl Space {
    /// How the disk of a folder is doing.
    pub(crate) fn of(folder: &std::path::Path) -> std::io::Result<Self> {
        let disk = rustix::fs::statvfs(folder)?;
        Ok(Self {
            free: disk.f_bavail.saturating_mul(disk.f_frsize),
            all: disk.f_blocks.saturating_mul(disk.f_frsize),
        })
    }

    /// Whether less is free than is to be kept free.
    pub(crate) fn is_short(self, reserve: Reserve) -> bool {
        let share = u128::from(self.all) * u128::from(reserve.percent) / 100;
        u128::from(self.free) < share.min(u128::from(reserve.bytes))
    }
}

/// What is known of the disk.
#[derive(Debug, Default)]
pub struct Disk {
    is_short: AtomicBool,
}

impl Disk {
    /// Whether so little is free that nothing new is accepted.
    pub fn is_short(&self) -> bool {
        self.is_short.load(Ordering::Relaxed)
    }

    /// Keeps what was seen; returns whether that is news.
    pub(crate) fn note(&self, is_short: bool) -> bool {
        self.is_short.swap(is_short, Ordering::Relaxed) != is_short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    #[test]
    fn of_a_large_disk_bytes_are_kept_free_and_of_a_small_one_a_share() {
        let reserve = Reserve::default();
        let is_short = |free, all| Space { free, all }.is_short(reserve);
        let large = 1_000_000 * MIB;
        assert!(!is_short(512 * MIB, large));
        assert!(is_short(512 * MIB - 1, large));
        let small = 1_000 * MIB;
        assert!(!is_short(50 * MIB, small));
        assert!(is_short(50 * MIB - 1, small));
        let nothing = Reserve {
            bytes: 0,
            percent: 5,
        };
        assert!(
            !Space {
                free: 0,
                all: large
            }
            .is_short(nothing)
        );
    }

    #[test]
    fn only_a_change_is_news() {
        let disk = Disk::default();
        assert!(!disk.note(false) && !disk.is_short());
        assert!(disk.note(true) && disk.is_short());
        assert!(!disk.note(true) && disk.note(false));
    }

    #[test]
    fn a_disk_is_read() {
        let space = Space::of(&std::env::temp_dir()).unwrap();
        assert!(space.all > 0 && space.free <= space.all);
    }
}
