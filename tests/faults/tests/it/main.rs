//! Faults, and a ledger that must balance after each: no turn that was answered is lost or made twice, every event arrives under one id with one
//! body, numbers have no gaps, and `smartbot check` finds nothing.
#[cfg(test)]
mod arrivals;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod disk_fails;
#[cfg(test)]
mod disk_full;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod flood;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod postgres_restart;
#[cfg(test)]
mod rounds;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod system_calls;
#[cfg(test)]
mod trial;

use smartbot_faults::PATIENCE;
