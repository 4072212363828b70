//! The store against real databases. `contract` holds for every database, the other parts for files.

#[cfg(test)]
mod contract;
#[cfg(test)]
mod damage;
#[cfg(test)]
mod files;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod locks;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod schema;
mod shapes;
