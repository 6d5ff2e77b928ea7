//! The one key that an operator holds; it wraps every other.
use crate::error::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use smartbot_model::random::Random;
use std::fmt;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

/// 32 bytes that never leave the program.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey([u8; 32]);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(hidden)")
    }
}

/// A key file is not longer than this; something else was named by mistake.
const MAX_FILE: u64 = 1024;

impl MasterKey {
    /// The key that these bytes are.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads 32 bytes in base64 (either alphabet) or as 64 hexadecimal digits; outer white space does not matter.
    ///
    /// # Errors
    /// [`Error::BadMasterKey`], which does not show the text.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let bytes = if text.len() == 64 {
            (0..64)
                .step_by(2)
                .map(|it| {
                    text.get(it..it + 2)
                        .and_then(|it| u8::from_str_radix(it, 16).ok())
                })
                .collect::<Option<Vec<_>>>()
        } else {
            STANDARD
                .decode(text)
                .or_else(|_| URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')))
                .ok()
        };
        let key = bytes.and_then(|it| <[u8; 32]>::try_from(it).ok());
        key.map(Self)
            .ok_or_else(|| bad("expected 32 bytes in base64 or 64 hexadecimal digits".to_owned()))
    }

    /// Reads the key file, which must be there.
    ///
    /// # Errors
    /// [`Error::BadMasterKey`].
    pub fn load(path: &Path) -> Result<Self> {
        if !path.exists() {
            return Err(bad(format!(
                "there is no {}; put the copy of the key there that you keep, or set master_key",
                path.display()
            )));
        }
        let failed = |it: std::io::Error| bad(format!("{}: {it}", path.display()));
        let mut text = String::new();
        std::fs::File::open(path)
            .map_err(failed)?
            .take(MAX_FILE)
            .read_to_string(&mut text)
            .map_err(failed)?;
        Self::parse(&text)
            .map_err(|_| bad(format!("{} does not hold a master key", path.display())))
    }

    /// Reads the key file; makes it with a new key and mode 0600 when there is none.
    ///
    /// # Errors
    /// [`Error::BadMasterKey`] when the file cannot be read or made, or holds no key. A file with something else in it is never replaced.
    pub fn load_or_create(path: &Path, random: &dyn Random) -> Result<Self> {
        let failed = |it: std::io::Error| bad(format!("{}: {it}", path.display()));
        match std::fs::File::open(path) {
            Ok(_) => Self::load(path),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let mut bytes = [0; 32];
                random.fill(&mut bytes);
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create_new(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                // The whole file or none: a torn key would lock everything away for ever.
                let draft = path.with_extension("new");
                if let Err(error) = std::fs::remove_file(&draft)
                    && error.kind() != ErrorKind::NotFound
                {
                    return Err(failed(error));
                }
                let mut file = options.open(&draft).map_err(failed)?;
                file.write_all(STANDARD.encode(bytes).as_bytes())
                    .and_then(|()| file.write_all(b"\n"))
                    .and_then(|()| file.sync_all())
                    .map_err(failed)?;
                // A link fails when another process made the file meanwhile; a rename would replace its key.
                let made = std::fs::hard_link(&draft, path);
                std::fs::remove_file(&draft).map_err(failed)?;
                match made {
                    Ok(()) => sync_folder(path).map_err(failed).map(|()| Self(bytes)),
                    Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                        Self::load_or_create(path, random)
                    }
                    Err(error) => Err(failed(error)),
                }
            }
            Err(error) => Err(failed(error)),
        }
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The name of a new file is on the disk only once its folder is.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    let folder = path
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    if cfg!(unix) {
        std::fs::File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

const fn bad(reason: String) -> Error {
    Error::BadMasterKey { reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartbot_model::random::SeededRandom;

    #[test]
    fn base64_and_hexadecimal_digits_are_read() {
        let key = MasterKey::new([0xfb; 32]);
        for text in [
            STANDARD.encode([0xfb; 32]),
            URL_SAFE_NO_PAD.encode([0xfb; 32]),
            "fb".repeat(32),
            format!(" {}\n", "FB".repeat(32)),
        ] {
            assert_eq!(MasterKey::parse(&text), Ok(key.clone()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_without_being_shown() {
        for text in [
            "",
            "secret",
            &"zz".repeat(32),
            &"ab".repeat(31),
            &"é".repeat(32),
            &STANDARD.encode([1; 31]),
        ] {
            let error = MasterKey::parse(text).unwrap_err();
            assert!(matches!(error, Error::BadMasterKey { .. }), "{text}");
            assert!(
                text.is_empty() || !error.to_string().contains(text),
                "{error}"
            );
        }
    }

    #[test]
    fn a_key_file_is_made_once_and_read_ever_after() {
        let folder = smartbot_testkit::temp_dir();
        let path = folder.path().join("master.key");
        let key = MasterKey::load_or_create(&path, &SeededRandom::new(1)).unwrap();
        assert_eq!(
            MasterKey::load_or_create(&path, &SeededRandom::new(2)),
            Ok(key)
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions())
                & 0o777,
            0o600
        );
    }

    #[test]
    fn a_file_with_something_else_is_left_alone() {
        let folder = smartbot_testkit::temp_dir();
        let path = folder.path().join("master.key");
        std::fs::write(&path, "my diary").unwrap();
        assert!(MasterKey::load_or_create(&path, &SeededRandom::new(1)).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "my diary");
    }

    #[test]
    fn a_key_does_not_show_itself() {
        assert_eq!(
            format!("{:?}", MasterKey::new([7; 32])),
            "MasterKey(hidden)"
        );
    }
}
