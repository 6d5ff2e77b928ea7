//! What is done in the background again and again, whoever is there or not: a file per job, and a line in the list.
mod alerts;
mod backlog;
mod count_turns;
mod desk_news;
mod disk;
mod files;
mod held;
mod mails;
mod presence;
mod resend;
mod retention;
mod statistics;

use crate::App;

macro_rules! jobs {
    ($($name:ident),+ $(,)?) => {
        /// Starts all jobs; each runs until the server stops.
        pub(crate) fn start(app: &App) {
            $(app.tasks.spawn($name::work(app.clone()));)+
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),+];
    };
}

jobs!(
    alerts,
    backlog,
    count_turns,
    desk_news,
    disk,
    files,
    held,
    mails,
    presence,
    resend,
    retention,
    statistics
);

#[cfg(test)]
mod tests {
    use super::NAMES;

    #[test]
    fn every_file_is_in_the_list() {
        let folder = smartbot_testkit::repository().join("crates/app/src/jobs");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .filter_map(|it| it.strip_suffix(".rs").map(str::to_owned))
            .filter(|it| it != "mod")
            .collect();
        files.sort_unstable();
        assert_eq!(files, NAMES);
    }
}
