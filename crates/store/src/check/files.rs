//! Of every file that a message names the content is there, and opens as this file; and nothing lies there of which no row knows.
use super::{Check, Content, Files, PAGE};
use crate::error::Result;
use crate::files::place;
use crate::query::{args, queries};
use smartbot_model::{FileId, UserId, WorkspaceId};
use std::collections::HashSet;

queries! {
    SAID = "SELECT t.workspace_id, t.user_id, k.key_id, k.wrapped, t.file_id, t.size FROM files AS t
        JOIN user_keys AS k ON k.workspace_id = t.workspace_id AND k.user_id = t.user_id
        WHERE t.state = 'said' AND (t.workspace_id, t.file_id) > ($1, $2) ORDER BY t.workspace_id, t.file_id LIMIT $3";
    KNOWN = "SELECT file_id FROM files WHERE workspace_id = $1 AND file_id IN ({list})";
}

pub(super) async fn check(check: &mut Check<'_>, files: Files<'_>) -> Result<()> {
    said(check, files.content).await?;
    unknown(check, files).await
}

/// What was there before the snapshot and still is had a row all the time: it came first, and goes last.
async fn unknown(check: &mut Check<'_>, files: Files<'_>) -> Result<()> {
    let of_one = files.lying.chunk_by(|a, b| a.0 == b.0);
    for some in of_one.flat_map(|it| it.chunks(PAGE as usize)) {
        let workspace = some[0].0;
        let ids = some.iter().map(|it| it.1.into()).collect();
        let known = KNOWN.with_list(args![workspace], ids);
        let rows = check.snapshot.read(known).await?;
        let known: Result<HashSet<FileId>> = rows
            .iter()
            .map(|it| Ok(FileId::from_uuid(it.uuid("file_id")?)))
            .collect();
        let known = known?;
        for (_, id) in some.iter().filter(|it| !known.contains(&it.1)) {
            if matches!((files.content)(workspace, *id), Ok(None)) {
                continue;
            }
            let shown = format!("{id} of {workspace}");
            let message = "a content of which there is no row: it is newer than a backup that was restored. `smartbot restore --finish` removes it";
            check.found("files", "files", shown, message);
        }
    }
    Ok(())
}

async fn said(check: &mut Check<'_>, content: &Content<'_>) -> Result<()> {
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
