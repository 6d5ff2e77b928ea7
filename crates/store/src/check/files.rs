//! Of every file that a message names the content is there, and opens as this file.
use super::{Check, Content, PAGE};
use crate::error::Result;
use crate::files::place;
use crate::query::{args, queries};
use smartbot_model::{FileId, UserId, WorkspaceId};

queries! {
    SAID = "SELECT t.workspace_id, t.user_id, k.key_id, k.wrapped, t.file_id, t.size FROM files AS t
        JOIN user_keys AS k ON k.workspace_id = t.workspace_id AND k.user_id = t.user_id
        WHERE t.state = 'said' AND (t.workspace_id, t.file_id) > ($1, $2) ORDER BY t.workspace_id, t.file_id LIMIT $3";
}

pub(super) async fn check(check: &mut Check<'_>, content: &Content<'_>) -> Result<()> {
    let (mut workspace, mut file) = (Vec::new(), Vec::new());
    loop {
        let page = SAID.with(args![workspace, file, PAGE]);
        let rows = check.snapshot.read(page).await?;
        for row in &rows {
            let of = WorkspaceId::from_uuid(row.uuid("workspace_id")?);
            let id = FileId::from_uuid(row.uuid("file_id")?);
            let user = UserId::from_uuid(row.uuid("user_id")?);
            let shown = format!("{id} of {of}");
            // What has no key is told already.
            let Some(keys) = check.keys.workspace(&mut check.snapshot, of).await? else {
                continue;
            };
            let Some(key) = check.keys.user(&keys, of, user, row) else {
                continue;
            };
            let message = match content(of, id) {
                Ok(None) => "its content is not there".to_owned(),
                Err(error) => format!("its content cannot be read: {error}"),
                Ok(Some(sealed)) => {
                    check.checked.sealed_values += 1;
                    let size: usize = row.number("size")?;
                    match key.open(place(of, &id.uuid()), sealed) {
                        Ok(clear) if clear.len() == size => continue,
                        Ok(_) => "its content has another size".to_owned(),
                        Err(_) => {
                            "its content cannot be opened: it was changed, or belongs to another file"
                                .to_owned()
                        }
                    }
                }
            };
            check.found("files", "files", shown, message);
        }
        let Some(last) = rows.last() else {
            return Ok(());
        };
        (workspace, file) = (last.bytes("workspace_id")?, last.bytes("file_id")?);
    }
}
