//! Samples as Parquet: a column `trial`, counted from 1, then one of doubles an output.

use std::io::{self, Write};
use std::sync::Arc;

use calminer_engine::result::Samples;
use parquet::basic::{Repetition, Type as Physical};
use parquet::data_type::{DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

/// Trials of a row group: what a reader takes into memory at once.
const ROWS: usize = 1 << 20;

/// Writes all samples.
///
/// # Errors
/// Whatever the writer says.
pub(super) fn write(samples: &Samples, to: &mut (dyn Write + Send)) -> io::Result<()> {
    written(samples, to).map_err(|error| match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(cause) => *cause,
            Err(cause) => io::Error::other(cause),
        },
        other => io::Error::other(other),
    })
}

fn written(samples: &Samples, to: &mut (dyn Write + Send)) -> Result<(), ParquetError> {
    let properties = WriterProperties::builder()
        .set_dictionary_enabled(false)
        .set_created_by(format!("CalMiner {}", env!("CARGO_PKG_VERSION")))
        .build();
    let mut file = SerializedFileWriter::new(to, schema(samples)?, Arc::new(properties))?;
    let lengths = samples.columns.iter().map(|(_, column)| column.len());
    let trials = lengths.max().unwrap_or(0);
    for first in (0..trials).step_by(ROWS) {
        let last = trials.min(first + ROWS);
        let mut group = file.next_row_group()?;
        trials_column(&mut group, first, last)?;
        for (_, column) in &samples.columns {
            figures_column(
                &mut group,
                column.get(first..last).unwrap_or_default(),
                last - first,
            )?;
        }
        group.close()?;
    }
    file.close()?;
    Ok(())
}

fn schema(samples: &Samples) -> Result<TypePtr, ParquetError> {
    let column = |name: &str, physical, repetition| -> Result<TypePtr, ParquetError> {
        let built = Type::primitive_type_builder(name, physical)
            .with_repetition(repetition)
            .build()?;
        Ok(Arc::new(built))
    };
    let mut fields = vec![column("trial", Physical::INT64, Repetition::REQUIRED)?];
    for (key, _) in &samples.columns {
        fields.push(column(key, Physical::DOUBLE, Repetition::OPTIONAL)?);
    }
    let root = Type::group_type_builder("samples")
        .with_fields(fields)
        .build()?;
    Ok(Arc::new(root))
}

type Group<'a, W> = SerializedRowGroupWriter<'a, W>;

fn trials_column<W: Write + Send>(
    group: &mut Group<'_, W>,
    first: usize,
    last: usize,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Ok(());
    };
    // Trials are numbered far below 2^63.
    let numbers: Vec<i64> = (first + 1..=last)
        .map(|trial| (trial as u64).cast_signed())
        .collect();
    column
        .typed::<Int64Type>()
        .write_batch(&numbers, None, None)?;
    column.close()
}

/// A definition level of 0 is null: the figure is absent in that trial.
fn figures_column<W: Write + Send>(
    group: &mut Group<'_, W>,
    figures: &[f64],
    rows: usize,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Ok(());
    };
    let mut levels: Vec<i16> = figures
        .iter()
        .map(|figure| i16::from(!figure.is_nan()))
        .collect();
    levels.resize(rows, 0);
    let there: Vec<f64> = figures
        .iter()
        .copied()
        .filter(|figure| !figure.is_nan())
        .collect();
    column
        .typed::<DoubleType>()
        .write_batch(&there, Some(&levels), None)?;
    column.close()
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::RowAccessor as _;

    use super::*;

    #[test]
    fn every_bit_comes_back_and_absent_is_null() {
        let column = vec![
            0.1 + 0.2,
            -0.0,
            f64::NAN,
            f64::INFINITY,
            f64::MIN_POSITIVE,
            -1e308,
        ];
        let samples = Samples {
            columns: vec![
                ("npv".to_owned(), column.clone()),
                ("größe".to_owned(), vec![1.0; 6]),
            ],
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("samples.parquet");
        super::super::write(&path, super::super::SamplesFormat::Parquet, &samples).unwrap();
        let reader = SerializedFileReader::try_from(path.as_path()).unwrap();
        let names: Vec<_> = reader
            .metadata()
            .file_metadata()
            .schema_descr()
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect();
        assert_eq!(names, ["trial", "npv", "größe"]);
        let rows: Vec<_> = reader
            .get_row_iter(None)
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(rows.len(), column.len());
        for ((row, figure), trial) in rows.iter().zip(&column).zip(1..) {
            assert_eq!(row.get_long(0).unwrap(), trial);
            match row.get_double(1) {
                Ok(read) => assert_eq!(read.to_bits(), figure.to_bits()),
                Err(_) => assert!(figure.is_nan()),
            }
        }
    }
}
