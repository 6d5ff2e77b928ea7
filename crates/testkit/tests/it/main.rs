//! Tests of the testkit itself (`postgres`, `receiver`, `waiting`) and of the house (`arrows`, `code`, `files`).

#[cfg(test)]
mod arrows;
#[cfg(test)]
mod code;
#[cfg(test)]
mod files;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod waiting;
