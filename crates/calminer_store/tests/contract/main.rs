//! The store against real databases: `contract`, `clients` and `moves` for both kinds, `refusals` and `steps` for a
//! server, the others for files. The server is one that the tests start; where none can be started they fail.

#[cfg(test)]
#[cfg(unix)]
mod clients;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod files;
mod items;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod locks;
#[cfg(test)]
#[cfg(unix)]
mod moves;
#[cfg(test)]
#[cfg(unix)]
mod outage;
#[cfg(test)]
#[cfg(unix)]
mod refusals;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod schema;
#[cfg(test)]
#[cfg(unix)]
mod server;
mod shapes;
#[cfg(test)]
#[cfg(unix)]
mod steps;
