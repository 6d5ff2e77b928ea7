use crate::place::{Place, options, random};
use smartbot_store::{Error, Store};
use smartbot_testkit::{TempDir, postgres, temp_dir};
use std::sync::Arc;

/// The address of an empty database of the same kind.
fn empty(place: &Place) -> (String, TempDir) {
    let folder = temp_dir();
    let url = if place.store.is_embedded() {
        format!("sqlite:{}", folder.path().join("empty.db").display())
    } else {
        postgres().new_database()
    };
    (url, folder)
}

pub(crate) async fn a_database_is_migrated_once(place: Place) {
    let (url, _folder) = empty(&place);
    assert_eq!(
        Store::pending_migrations(&url).await,
        Ok(["0001_first", "0002_sign_in"].map(str::to_owned).into())
    );
    let store = Store::open(options(&url), Arc::new(random()))
        .await
        .unwrap();
    assert_eq!(Store::pending_migrations(&url).await, Ok(vec![]));
    store.close().await;
    let store = Store::open(options(&url), Arc::new(random()))
        .await
        .unwrap();
    assert_eq!(store.workspaces().await, Ok(vec![]));
    store.close().await;
}

pub(crate) async fn two_nodes_may_start_at_once(place: Place) {
    for _ in 0..3 {
        let (url, _folder) = empty(&place);
        let open = || async {
            Store::open(options(&url), Arc::new(random()))
                .await
                .map(|it| it.is_embedded())
        };
        let (a, b, c) = tokio::join!(open(), open(), open());
        assert!(a.is_ok() && b.is_ok() && c.is_ok(), "{a:?} {b:?} {c:?}");
        assert_eq!(Store::pending_migrations(&url).await, Ok(vec![]));
    }
}

pub(crate) async fn a_database_of_a_newer_program_is_refused(place: Place) {
    let checksum = if place.store.is_embedded() {
        "X'00'"
    } else {
        "'\\x00'"
    };
    place.behind(&format!("INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'future', {checksum})")).await;
    for error in [
        Store::open(options(&place.url), Arc::new(random()))
            .await
            .map(drop)
            .unwrap_err(),
        Store::pending_migrations(&place.url)
            .await
            .map(drop)
            .unwrap_err(),
    ] {
        assert!(
            matches!(error, Error::NotSupported { .. }) && error.to_string().contains("newer"),
            "{error}"
        );
    }
}
