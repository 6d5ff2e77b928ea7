//! The folder of sealed files, copied whole: what is in it never changes, and means nothing without the keys.
use anyhow::{Context, Result};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where the files of a backup are.
pub(crate) fn beside(file: &Path) -> PathBuf {
    file.with_added_extension("files")
}

/// Copies what is in one folder and not in the other; returns how many files there were. A folder that is not there is an empty one.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<u64> {
    let mut copied = 0;
    for workspace in list(from)? {
        let Some(name) = workspace.file_name() else {
            continue;
        };
        let folder = to.join(name);
        make(&folder)?;
        for file in list(&workspace)? {
            let Some(name) = file.file_name() else {
                continue;
            };
            // Half of a file that is just being sent: whoever sends it has no answer yet.
            if file.extension().is_some() {
                continue;
            }
            copied += u64::from(copy_one(&file, &folder.join(name))?);
        }
    }
    Ok(copied)
}

/// Copies a file unless it is there; false also for one that was taken away meanwhile.
fn copy_one(from: &Path, to: &Path) -> Result<bool> {
    if to.exists() {
        return Ok(false);
    }
    let staged = to.with_extension("new");
    match fs::copy(from, &staged) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be copied", from.display()));
        }
    }
    let keep = || {
        fs::File::open(&staged)?.sync_all()?;
        fs::rename(&staged, to)
    };
    keep().with_context(|| format!("{} cannot be written", to.display()))?;
    Ok(true)
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("{} cannot be read", folder.display()));
        }
    };
    let paths: std::io::Result<Vec<PathBuf>> = entries.map(|it| it.map(|it| it.path())).collect();
    paths.with_context(|| format!("{} cannot be read", folder.display()))
}

fn make(folder: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::create_dir_all(folder)
        .and_then(|()| fs::set_permissions(folder, fs::Permissions::from_mode(0o700)))
        .with_context(|| format!("{} cannot be made", folder.display()))
}
