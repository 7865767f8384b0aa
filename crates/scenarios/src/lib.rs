//! Seeded fleets, a world that steps engine and machines, and the importer of public cluster traces.
