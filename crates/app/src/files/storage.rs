//! Where the sealed content of files lies. The seam for an object store: who keeps files elsewhere writes another [`Storage`].
use smartbot_model::{FileId, WorkspaceId};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// A place for contents that are sealed already. Calls block.
pub trait Storage: Send + Sync {
    /// Keeps a content; once this is over, it is on the disk.
    ///
    /// # Errors
    /// Whatever the place says.
    fn put(&self, workspace: WorkspaceId, id: FileId, sealed: &[u8]) -> io::Result<()>;

    /// A content; none when there is none.
    ///
    /// # Errors
    /// Whatever the place says.
    fn get(&self, workspace: WorkspaceId, id: FileId) -> io::Result<Option<Vec<u8>>>;

    /// Takes a content away; what is not there is no error.
    ///
    /// # Errors
    /// Whatever the place says.
    fn remove(&self, workspace: WorkspaceId, id: FileId) -> io::Result<()>;
}

/// A folder: a folder for each workspace in it, and in that a file for each content.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// This folder, which is made when something is kept.
    pub const fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn of(&self, workspace: WorkspaceId) -> PathBuf {
        self.0.join(workspace.to_string())
    }

    /// All that lies there, by workspaces; none in a folder that is not there. What is only half there yet, and what somebody else has put
    /// there, is left out.
    ///
    /// # Errors
    /// Whatever the disk says.
    pub fn list(&self) -> io::Result<Vec<(WorkspaceId, FileId)>> {
        let mut found = Vec::new();
        for (name, folder) in entries(&self.0)? {
            let Ok(workspace) = name.parse::<WorkspaceId>() else {
                continue;
            };
            let ids = entries(&folder)?.into_iter();
            let ids = ids.filter_map(|(name, _)| name.parse::<FileId>().ok());
            found.extend(ids.map(|id| (workspace, id)));
        }
        Ok(found)
    }

    fn file(&self, workspace: WorkspaceId, id: FileId) -> PathBuf {
        self.of(workspace).join(id.to_string())
    }
}

/// The names in a folder, with their paths; none when it is not there.
fn entries(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    entries
        .map(|it| it.map(|it| (it.file_name().to_string_lossy().into_owned(), it.path())))
        .collect()
}

/// Makes a folder for this user's eyes only, and says so to the disk.
fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    sync(folder.parent())
}

/// What a folder lists is on the disk only once the folder is.
fn sync(folder: Option<&Path>) -> io::Result<()> {
    folder.map_or(Ok(()), |it| File::open(it)?.sync_all())
}

impl Storage for Folder {
    fn put(&self, workspace: WorkspaceId, id: FileId, sealed: &[u8]) -> io::Result<()> {
        let folder = self.of(workspace);
        make(&folder)?;
        // A half-written file never has the name of a whole one.
        let staged = folder.join(format!("{id}.new"));
        let mut file = File::create(&staged)?;
        file.write_all(sealed)?;
        file.sync_all()?;
        fs::rename(&staged, self.file(workspace, id))?;
        sync(Some(&folder))
    }

    fn get(&self, workspace: WorkspaceId, id: FileId) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.file(workspace, id)) {
            Ok(sealed) => Ok(Some(sealed)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn remove(&self, workspace: WorkspaceId, id: FileId) -> io::Result<()> {
        let file = self.file(workspace, id);
        for file in [file.with_extension("new"), file] {
            if let Err(error) = fs::remove_file(file)
                && error.kind() != ErrorKind::NotFound
            {
                return Err(error);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::Time;
    use smartbot_model::random::SeededRandom;

    #[test]
    fn what_was_put_is_there_until_it_is_removed() {
        let home = smartbot_testkit::temp_dir();
        let storage = Folder::new(home.path().join("files"));
        let random = SeededRandom::new(1);
        let (one, two) = (
            WorkspaceId::new(Time::default(), &random),
            WorkspaceId::new(Time::default(), &random),
        );
        let id = FileId::new(Time::default(), &random);
        assert_eq!(storage.get(one, id).unwrap(), None);
        storage.remove(one, id).unwrap();
        storage.put(one, id, b"sealed").unwrap();
        storage.put(one, id, b"sealed again").unwrap();
        assert_eq!(storage.get(one, id).unwrap().unwrap(), b"sealed again");
        assert_eq!(storage.get(two, id).unwrap(), None);
        for stranger in ["notes.txt", &format!("{id}.new")] {
            fs::write(storage.of(one).join(stranger), b"x").unwrap();
        }
        fs::write(home.path().join("files/readme"), b"x").unwrap();
        assert_eq!(storage.list().unwrap(), [(one, id)]);
        fs::remove_file(storage.of(one).join("notes.txt")).unwrap();
        storage.remove(one, id).unwrap();
        assert_eq!(storage.list().unwrap(), []);
        assert_eq!(storage.get(one, id).unwrap(), None);
        assert_eq!(fs::read_dir(storage.of(one)).unwrap().count(), 0);
    }
}
