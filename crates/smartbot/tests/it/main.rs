//! The binary as its users meet it: real processes, real sockets, real databases.
#[cfg(test)]
mod agents;
#[cfg(test)]
mod backups;
#[cfg(test)]
mod bots;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod chat;
#[cfg(test)]
mod deliveries;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod first_run;
#[cfg(test)]
mod guides;
#[cfg(test)]
mod listen;
#[cfg(test)]
mod places;
#[cfg(test)]
mod receivers;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod serve;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod users;
#[cfg(test)]
mod webhooks;
#[cfg(test)]
mod workspaces;
