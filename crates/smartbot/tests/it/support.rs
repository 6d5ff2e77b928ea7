//! What the tests of this binary share: a place to work in, running servers, a client.
pub(crate) use smartbot_faults::{
    Http, PASSWORD, PATIENCE, Place, Process, documents, http, ledger, place,
};

/// Runs a test in each of the three places that a command can work in.
macro_rules! everywhere {
    ($($name:ident),+ $(,)?) => {
        mod alone {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::support::Place::alone()).await;
            }
        )+}
        mod served {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::support::Place::served().await).await;
            }
        )+}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::support::Place::postgres().await).await;
            }
        )+}
    };
}
pub(crate) use everywhere;
