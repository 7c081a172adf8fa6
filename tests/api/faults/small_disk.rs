//! A small file system of its own, for a disk that is full or fails.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::database;

/// A file system that is mounted for as long as this value lives.
pub struct SmallDisk {
    pub folder: PathBuf,
    /// What it lies on, unless that is memory.
    image: Option<PathBuf>,
}

impl SmallDisk {
    /// In memory, of a size. Nothing, where mounting is not allowed.
    pub fn of(size: &str) -> Option<Self> {
        let disk = Self::named(None);
        let options = format!("size={size}");
        disk.mount(&["-t", "tmpfs", "-o", &options, "tmpfs"])
            .then_some(disk)
    }

    /// One as machines have it: ext4, which takes no changes any more after an error. Nothing, where mounting
    /// is not allowed.
    pub fn that_can_fail() -> Option<Self> {
        let image = database::folder().join(format!("image-{}", uuid::Uuid::new_v4().simple()));
        let file = std::fs::File::create(&image).unwrap();
        file.set_len(64 * 1024 * 1024).unwrap();
        run("mkfs.ext4", &["-q", image.to_str().unwrap()], &[0]);
        let disk = Self::named(Some(image));
        disk.mount_image().then_some(disk)
    }

    fn named(image: Option<PathBuf>) -> Self {
        let folder = database::folder().join(format!("disk-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder, image }
    }

    fn mount_image(&self) -> bool {
        let image = self.image.as_ref().unwrap().to_str().unwrap();
        self.mount(&["-o", "loop,errors=remount-ro", image])
    }

    fn mount(&self, what: &[&str]) -> bool {
        let mounted = Command::new("mount").args(what).arg(&self.folder).output();
        let mounted = mounted.is_ok_and(|output| output.status.success());
        if !mounted {
            println!("   skipped: a file system cannot be mounted here (run the drill as root)");
        }
        mounted
    }

    fn path(&self) -> &str {
        self.folder.to_str().unwrap()
    }

    /// Mounts it with other options. It is not made read-only while a file in it is open for writing: see
    /// [`Self::fail`].
    pub fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        run("mount", &["-o", &options, self.path()], &[0]);
    }

    /// What happens to it after an error: files that are open take no changes either, until it is repaired.
    pub fn fail(&self) {
        self.remount("abort");
    }

    /// Repairs it. Nobody may use it meanwhile.
    pub fn repair(&self) {
        run("umount", &[self.path()], &[0]);
        let image = self.image.as_ref().unwrap().to_str().unwrap();
        // 1: errors were found, and are mended.
        run("e2fsck", &["-p", image], &[0, 1]);
        assert!(self.mount_image());
    }

    /// Lets the files in it, and itself, be changed, or not. All but SQLite's shared memory: the kernel ends a process
    /// that writes to what it has mapped and may not change, and nobody is told anything.
    pub fn take_changes(&self, changes: bool) {
        let flag = if changes { "-i" } else { "+i" };
        let within = std::fs::read_dir(&self.folder).unwrap().flatten();
        let files = within.map(|one| one.path());
        let files =
            files.filter(|path| path.is_file() && !path.to_str().unwrap().ends_with("-shm"));
        let paths: Vec<PathBuf> = files.chain([self.folder.clone()]).collect();
        let paths = paths.iter().map(|path| path.to_str().unwrap());
        let arguments: Vec<&str> = [flag].into_iter().chain(paths).collect();
        run("chattr", &arguments, &[0]);
    }

    /// The file that takes all the room.
    pub fn filler(&self) -> PathBuf {
        self.folder.join("filler")
    }

    /// Makes a file that takes all the room but some.
    pub fn fill(&self, leaving: u64) -> PathBuf {
        let filler = self.filler();
        let free = Command::new("df")
            .args(["--output=avail", "-B1"])
            .arg(&self.folder)
            .output()
            .unwrap();
        let free = String::from_utf8(free.stdout).unwrap();
        let free: u64 = free.lines().last().unwrap().trim().parse().unwrap();
        let block = vec![1; usize::try_from(free.saturating_sub(leaving)).unwrap()];
        // Others write too: whoever comes last finds no room.
        let _ = std::fs::write(&filler, block);
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["-l", self.path()]).status();
    }
}

/// Runs a command of the system, which ends with one of the codes.
#[track_caller]
fn run(program: &str, arguments: &[&str], codes: &[i32]) {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    let code = output.status.code().unwrap_or(-1);
    assert!(
        codes.contains(&code),
        "{program} {arguments:?}: {code}, {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A migrated database in a folder.
pub async fn database_in(folder: &Path) -> String {
    let template = database::sqlite().await;
    let path = folder.join("equal-partners.db");
    std::fs::copy(template.trim_start_matches("sqlite://"), &path).unwrap();
    database::remove(&template).await;
    format!("sqlite://{}", path.display())
}
