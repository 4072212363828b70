//! Tables as SeaORM entities; the lines of the model share their columns and are in [`crate::rows::line`].

/// One table.
macro_rules! table {
    ($module:ident = $name:literal { $($(#[$meta:meta])* $field:ident: $type:ty,)+ }) => {
        #[expect(unreachable_pub, reason = "the derive macros make public items, whatever the module is")]
        pub(crate) mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $name)]
            pub struct Model {
                $($(#[$meta])* pub $field: $type,)+
            }

            #[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

table!(project = "project" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    name: String,
    description: String,
    created_at: i64,
    seal: String,
});

table!(scenario = "scenario" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    project_id: Uuid,
    revision: i64,
    created_at: i64,
    seal: String,
    name: String,
    parent_scenario: Option<Uuid>,
    parent_revision: Option<i64>,
    notes: String,
    currency: String,
    valuation_date: String,
    start_date: String,
    period_length: String,
    periods: i64,
    opening_period: bool,
    first_label: i64,
    timing: String,
    discount_rate: f64,
    basis: String,
    inflation: f64,
    base_date: Option<String>,
    payback_origin: String,
    payback_date: Option<String>,
    percentile: String,
    next_slot: i64,
    trials: i64,
    seed: i64,
    sampling: String,
    replicates: Option<i64>,
    repair_correlations: bool,
    stop_output: Option<String>,
    stop_figure: Option<String>,
    stop_tolerance: Option<f64>,
    keep: String,
    bands: String,
});

table!(parameter = "parameter" {
    #[sea_orm(primary_key, auto_increment = false)]
    scenario_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    position: i64,
    key: String,
    label: String,
    unit: String,
    slot: i64,
    base_kind: String,
    base_number: Option<f64>,
    base_series: Option<Vec<u8>>,
    form: Option<String>,
    distribution: Option<String>,
    truncation_min: Option<f64>,
    truncation_max: Option<f64>,
    draw: Option<String>,
    source: String,
    note: String,
});

table!(distribution_data = "distribution_data" {
    #[sea_orm(primary_key, auto_increment = false)]
    scenario_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    parameter_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    field: String,
    #[sea_orm(primary_key, auto_increment = false)]
    position: i64,
    figure: f64,
});

table!(lookup_table = "lookup_table" {
    #[sea_orm(primary_key, auto_increment = false)]
    scenario_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    position: i64,
    key: String,
    label: String,
    unit: String,
    row_keys: Vec<u8>,
    column_keys: Vec<u8>,
    figures: Vec<u8>,
    clamped: bool,
    source: String,
});

table!(correlation = "correlation" {
    #[sea_orm(primary_key, auto_increment = false)]
    scenario_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    position: i64,
    a: Uuid,
    b: Uuid,
    rho: f64,
    source: String,
});

table!(scenario_revision = "scenario_revision" {
    #[sea_orm(primary_key, auto_increment = false)]
    scenario_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    revision: i64,
    saved_at: i64,
    author: String,
    comment: String,
    format: i64,
    engine: String,
    document: Vec<u8>,
    sha256: String,
    seal: String,
});

table!(simulation_result = "simulation_result" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    scenario_id: Uuid,
    revision: i64,
    created_at: i64,
    trials: i64,
    seed: i64,
    sampling: String,
    replicates: i64,
    stream: i64,
    engine: String,
    scenario_sha256: String,
    samples_sha256: Option<String>,
    outcome: Vec<u8>,
    outcome_sha256: String,
    size_bytes: i64,
    seal: String,
});

table!(simulation_output = "simulation_output" {
    #[sea_orm(primary_key, auto_increment = false)]
    result_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    output_key: String,
    position: i64,
    label: String,
    unit: String,
    direction: String,
    base: Option<f64>,
    mean: Option<f64>,
    p10: Option<f64>,
    p50: Option<f64>,
    p90: Option<f64>,
    seal: String,
});

table!(simulation_sample = "simulation_sample" {
    #[sea_orm(primary_key, auto_increment = false)]
    result_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    output_key: String,
    #[sea_orm(primary_key, auto_increment = false)]
    part: i64,
    trials: i64,
    data: Vec<u8>,
    sha256: String,
});

table!(application_setting = "application_setting" {
    #[sea_orm(primary_key, auto_increment = false)]
    key: String,
    value: String,
    seal: String,
});

table!(change_log = "change_log" {
    #[sea_orm(primary_key, auto_increment = false)]
    id: Uuid,
    at: i64,
    what: String,
    author: String,
    scenario_id: Option<Uuid>,
    revision: Option<i64>,
    seal: String,
});
