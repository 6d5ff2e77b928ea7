//! The data folder: who may read it, who may use it, and that a key fits.
use crate::support::{Http, PASSWORD, Place, documents};
use smartbot_testkit::{free_port, repository};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    path.metadata()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .permissions()
        .mode()
        & 0o777
}

fn assert_closed(data: &Path) {
    assert_eq!(mode(data), 0o700);
    assert_eq!(mode(&data.join("master.key")), 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_folder_is_for_its_user_alone() {
    let mut place = Place::alone();
    place.init().await;
    assert_closed(&place.data());
    std::fs::set_permissions(place.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
    place.serve().await;
    assert_closed(&place.data());
    assert_eq!(mode(&place.data().join("control.sock")), 0o600);
    place.stop().await;
    assert!(
        !place.data().join("control.sock").exists(),
        "a stopped server leaves no socket"
    );
    let place = Place::postgres().await;
    assert_closed(&place.data());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_folder_is_refused() {
    let mut place = Place::served().await;
    let listen = format!("127.0.0.1:{}", free_port());
    let done = place
        .run(&["serve", "--listen", &listen])
        .await
        .refused(1, "a server runs on");
    assert!(done.err.contains("--data"), "says what to do: {}", done.err);
    let own = place.url().replace("http://", "");
    let elsewhere = place.folder().join("elsewhere");
    let other = [
        "serve",
        "--listen",
        &own,
        "--data",
        elsewhere.to_str().unwrap(),
    ];
    place
        .run(&other)
        .await
        .refused(1, "is another server running there?");
    assert_eq!(
        place.http().await.get("/healthz").await.0,
        200,
        "the first goes on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_right_after_the_start_finds_the_server_or_waits_for_it() {
    let place = Place::alone();
    place.init().await;
    let mut server = place.begin(&["serve"]);
    // Not ready yet, perhaps not even there: neither of the two may fail for that.
    let token = place.token("bots_management").await;
    assert!(place.comes_up(&mut server).await, "{}", server.err.get());
    let http = Http::new(&place.url()).with(&token);
    assert_eq!(http.get("/api/v1/bots").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_at_the_same_time_wait_for_each_other() {
    let place = Place::alone();
    place.init().await;
    let mut running: Vec<_> = (0..4)
        .map(|number| {
            place.begin(&[
                "token",
                "create",
                "--kind",
                "db_update",
                "--name",
                &number.to_string(),
            ])
        })
        .collect();
    for process in &mut running {
        assert!(process.ended().await.success(), "{}", process.err.get());
    }
    assert_eq!(
        place
            .run(&["token", "list", "--json"])
            .await
            .ok()
            .lines()
            .len(),
        4
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_master_key_is_refused_clearly() {
    let mut place = Place::alone();
    place.init().await;
    place.publish(&documents::intake()).await;
    let key = place.data().join("master.key");
    let right = std::fs::read(&key).unwrap();
    std::fs::write(&key, "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=").unwrap();
    place.run(&["serve"]).await.refused(1, "master key");
    place.run(&["token", "list"]).await.refused(1, "master key");
    std::fs::write(&key, "my diary").unwrap();
    place.run(&["serve"]).await.refused(1, "master.key");
    assert_eq!(
        std::fs::read_to_string(&key).unwrap(),
        "my diary",
        "never replaced"
    );
    std::fs::write(&key, right).unwrap();
    place.serve().await;
    assert_eq!(
        place
            .run(&["bot", "list", "--json"])
            .await
            .ok()
            .lines()
            .len(),
        1
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_folder_that_cannot_be_made_is_named() {
    let place = Place::alone();
    let file = repository().join("README.md").join("data");
    let args = [
        "init",
        "--workspace",
        "R",
        "--owner",
        "jo@clinic.example",
        "--password-stdin",
        "--data",
        file.to_str().unwrap(),
    ];
    place
        .run_with(&args, PASSWORD)
        .await
        .refused(1, "README.md");
}
