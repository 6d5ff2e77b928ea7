//! A disk that is full: calls are refused with 503, nothing is lost, and everything goes on when there is room again.
use crate::rounds::{Chance, rounds};
use crate::trial::Trial;
use smartbot_faults::Place;
use smartbot_testkit::{TempDir, temp_dir, until};
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

/// A small disk of its own; gone when dropped.
struct Disk {
    folder: TempDir,
}

impl Disk {
    /// None where nobody may mount.
    fn new(megabytes: u32) -> Option<Self> {
        let folder = temp_dir();
        let size = format!("size={megabytes}m,mode=700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "smartbot-faults"])
            .arg(folder.path())
            .output();
        mounted
            .is_ok_and(|it| it.status.success())
            .then_some(Self { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ballast(&self) -> std::path::PathBuf {
        self.path().join("ballast")
    }

    /// Takes all the room there is but for so many bytes.
    fn fill(&self, leave: u64) {
        let room = fs_free(self.path()).saturating_sub(leave);
        let taken = vec![1; usize::try_from(room).unwrap()];
        // The server may have taken some of the room meanwhile.
        if let Err(error) = std::fs::write(self.ballast(), taken) {
            assert_eq!(error.kind(), ErrorKind::StorageFull);
        }
    }

    fn empty(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: the server of a test that failed may still be there.
        let _done = Command::new("umount").arg("-l").arg(self.path()).output();
    }
}

/// How many bytes may still be written there.
fn fs_free(path: &Path) -> u64 {
    let output = Command::new("df")
        .args(["--output=avail", "-B1"])
        .arg(path)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().nth(1).unwrap().trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_and_loses_nothing() {
    const WHAT: &str = "the disk is full";
    let Some(disk) = Disk::new(96) else {
        eprintln!("SKIPPED {WHAT}: a small disk is mounted for this, which only root may do");
        return;
    };
    let mut place = Place::alone();
    let data = disk.path().join("data");
    place.set("DATA", data.display());
    place.serve().await;
    let database = format!("sqlite:{}", data.join("smartbot.db").display());
    let (mut trial, chance) = (Trial::begin(place, database).await, Chance::new(WHAT));
    for round in 0..rounds() {
        trial.more_answers(10).await;
        disk.fill(chance.below(64 * 1024));
        let refused = trial.ledger.refused();
        until("calls to be refused", crate::PATIENCE, async || {
            trial.ledger.refused() >= refused + 5
        })
        .await;
        assert!(!trial.place.server().has_ended(), "the server goes on");
        if round % 5 == 4 {
            trial.place.server().kill().await;
            disk.empty();
            trial.place.serve_again().await;
        } else {
            disk.empty();
        }
    }
    trial.balance(&format!("{WHAT}, {} times", rounds())).await;
}
