//! A full disk, and a folder that cannot be written to.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::load::{Load, Trouble};
use super::service::{self, Service};
use super::{sized, within};
use crate::harness::database;

/// A small file system of its own.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Nothing, where mounting is not allowed.
    fn mount(options: &str) -> Option<Self> {
        let folder = database::folder().join(format!("disk-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&folder)
            .output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(folder)),
            _ => {
                println!(
                    "   skipped: a file system cannot be mounted here (run the drill as root)"
                );
                None
            }
        }
    }

    fn remount(&self, options: &str) {
        let remounted = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0)
            .status();
        assert!(remounted.unwrap().success());
    }

    /// A file that takes all the room but some.
    fn fill(&self, leaving: u64) -> PathBuf {
        let filler = self.0.join("filler");
        let free = Command::new("df")
            .args(["--output=avail", "-B1"])
            .arg(&self.0)
            .output()
            .unwrap();
        let free = String::from_utf8(free.stdout).unwrap();
        let free: u64 = free.lines().last().unwrap().trim().parse().unwrap();
        let block = vec![1; usize::try_from(free.saturating_sub(leaving)).unwrap()];
        // The service writes too: whoever comes last finds no room.
        let _ = std::fs::write(&filler, block);
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// A migrated database in a folder.
async fn database_in(folder: &Path) -> String {
    let template = database::sqlite().await;
    let path = folder.join("equal-partners.db");
    std::fs::copy(template.trim_start_matches("sqlite://"), &path).unwrap();
    database::remove(&template).await;
    format!("sqlite://{}", path.display())
}

/// Waits until so many requests have failed in a row that changes cannot be made.
async fn until_unready(service: &Service, load: &Load) {
    let asked = Instant::now();
    while service::is_ready(&service.address).await {
        assert!(
            asked.elapsed() < service::PATIENCE,
            "ready, though {:?}",
            load.failed().last()
        );
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

fn only_503(load: &Load) {
    let failed = load.failed();
    let silent = failed.iter().find(|one| one.why != Trouble::Unavailable);
    assert!(silent.is_none(), "not told 503: {silent:?}");
}

#[actix_web::test]
async fn a_full_disk_is_a_503_until_there_is_room() {
    let Some(disk) = SmallDisk::mount("size=24m") else {
        return;
    };
    let url = database_in(&disk.0).await;
    let service = Service::start(&url).await;
    let load = Load::start(sized(4, 16), &service.address, &url).await;
    let mut recovered = Duration::ZERO;
    for round in 0..sized(2, 6) {
        load.answers(sized(40, 200)).await;
        let filler = disk.fill(round * 64 * 1024);
        load.fails().await;
        until_unready(&service, &load).await;
        // Small changes may find room meanwhile, which is no reason to come back.
        for _ in 0..50 {
            assert!(
                !service::is_ready(&service.address).await,
                "ready on a disk that is nearly full"
            );
            load.ends().await;
        }
        std::fs::remove_file(filler).unwrap();
        let room = Instant::now();
        load.answers(sized(40, 200)).await;
        assert!(
            service::is_ready(&service.address).await,
            "not ready, though there is room"
        );
        recovered = recovered.max(room.elapsed());
    }
    only_503(&load);
    load.check("a full disk").await;
    within("at work again", recovered, Duration::from_secs(10));
}

#[actix_web::test]
async fn a_read_only_folder_is_told_at_the_start() {
    let Some(disk) = SmallDisk::mount("size=24m") else {
        return;
    };
    let url = database_in(&disk.0).await;
    disk.remount("ro");
    let mut service = Service::spawn(&url, &[]);
    let (status, _) = service.ended().await;
    let said = service.log();
    println!("   {}", said.trim());
    assert_eq!(status.code(), Some(1));
    assert!(said.contains("the database does not open"), "{said}");
    // What only reads works all the same.
    let whole = service::command(&url, &["verify-ledger"]).await;
    println!("   in the read-only folder: {whole}");
    assert!(whole.starts_with("the ledger is whole"), "{whole}");
    let copy = database::folder().join(format!("copy-{}.db", uuid::Uuid::new_v4()));
    let wrote = service::command(&url, &["backup", copy.to_str().unwrap()]).await;
    assert!(wrote.starts_with("wrote "), "{wrote}");
    std::fs::remove_file(copy).unwrap();
    // Mended, it starts.
    disk.remount("rw");
    service.again().await;
}
