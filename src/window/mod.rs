//! The window: it lends the app its events and shortcuts, and the views a place to draw.

mod fonts;

use std::sync::Arc;
use std::time::Instant;

use calminer_exchange::folders::Folders;
use eframe::egui;
use egui::ViewportCommand;

use crate::app::{Answer, App, Command, Effect, Parts, Target, table};
use crate::services::dialogs::{FileDialogs, NativeDialogs};
use crate::start::Prepared;
use crate::ui::Shell;
use fonts::FontSearch;

const TITLE: &str = "CalMiner";
const APP_ID: &str = "calminer";
const SIZE: [f32; 2] = [1280.0, 800.0];
const LEAST_SIZE: [f32; 2] = [900.0, 600.0];
/// Threads of the runtime: one for the database, one for a dialog that waits.
const RUNTIME_THREADS: usize = 2;

/// The window.
pub struct Window {
    app: App,
    shell: Shell,
    fonts: FontSearch,
    title: String,
    closing: bool,
    /// The window manager asked to close: that is answered after the next drawing.
    close_asked: bool,
    full_screen: bool,
    /// When the program began, until the first frame is drawn.
    began: Option<Instant>,
    /// Ends its threads when the window is dropped.
    _runtime: tokio::runtime::Runtime,
}

impl Window {
    /// Builds app and views in a context. Dialogs are the system's, unless others are given.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn new(
        context: &egui::Context,
        prepared: Prepared,
        target: Target,
        dialogs: Option<Box<dyn FileDialogs>>,
    ) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(RUNTIME_THREADS)
            .thread_name("calminer-runtime")
            .enable_all()
            .build()?;
        let wake = context.clone();
        let start = Folders::home().unwrap_or_else(|| prepared.folders.data.clone());
        let native = || Box::new(NativeDialogs::new(runtime.handle().clone(), start)) as Box<_>;
        let app = App::new(Parts {
            folders: prepared.folders,
            runtime: runtime.handle().clone(),
            dialogs: dialogs.unwrap_or_else(native),
            log: prepared.log,
            target,
            waker: Arc::new(move || wake.request_repaint()),
            warnings: prepared.warnings,
        })?;
        // Zoom is a command of the table; the toolkit must not change it on its own.
        context.options_mut(|options| options.zoom_with_keyboard = false);
        let shell = Shell::new(context, &app.state().settings);
        Ok(Self {
            app,
            shell,
            fonts: FontSearch::default(),
            title: String::new(),
            closing: false,
            close_asked: false,
            full_screen: false,
            began: Some(prepared.began),
            _runtime: runtime,
        })
    }

    /// The app, to read.
    pub fn app(&self) -> &App {
        &self.app
    }

    fn apply(&mut self, context: &egui::Context) {
        for effect in self.app.take_effects() {
            match effect {
                Effect::Close => {
                    self.closing = true;
                    context.send_viewport_cmd(ViewportCommand::Close);
                }
                Effect::ToggleFullScreen => {
                    self.full_screen = !self.full_screen;
                    context.send_viewport_cmd(ViewportCommand::Fullscreen(self.full_screen));
                }
            }
        }
        let title = self.app.state().title();
        if title != self.title {
            context.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
        let zoom = self.app.state().settings.zoom;
        if (context.zoom_factor() - zoom).abs() > f32::EPSILON {
            context.set_zoom_factor(zoom);
        }
    }

    /// The commands whose shortcuts are pressed. Esc in a text field or a dialog belongs to it.
    fn pressed(&self, context: &egui::Context) -> Vec<Command> {
        let dialog = self.app.state().dialog.is_some();
        let typing = context.text_edit_focused();
        let mut commands = Vec::new();
        if dialog {
            if context
                .input_mut(|input| input.consume_key(egui::Modifiers::NONE, egui::Key::Escape))
            {
                commands.push(Command::AnswerDialog(Answer::Stay));
            }
            return commands;
        }
        for (keys, command) in table::shortcuts() {
            let of_the_field = typing && keys.logical_key == egui::Key::Escape;
            let enabled = self.app.view().is_enabled(command);
            // Esc is the way out of much else: it is taken only where it cancels something.
            let waits = keys.logical_key == egui::Key::Escape && !enabled;
            if !of_the_field && !waits && context.input_mut(|input| input.consume_shortcut(&keys)) {
                commands.push(command.clone());
            }
        }
        commands
    }
}

/// The file that was dropped on the window; of several, the first.
fn dropped(context: &egui::Context) -> Option<Command> {
    context.input(|input| {
        let files = &input.raw.dropped_files;
        if files.len() > 1 {
            tracing::info!(count = files.len(), "files were dropped; the first opens");
        }
        let first = files.first()?;
        Some(Command::OpenPath(first.path().to_owned()))
    })
}

impl eframe::App for Window {
    fn logic(&mut self, context: &egui::Context, _frame: &mut eframe::Frame) {
        if context.input(|input| input.viewport().close_requested()) && !self.closing {
            context.send_viewport_cmd(ViewportCommand::CancelClose);
            // A question in a hidden window would never be seen, and what is being typed would never be sent.
            context.send_viewport_cmd(ViewportCommand::Minimized(false));
            context.request_repaint();
            if std::mem::replace(&mut self.close_asked, true) {
                // Asked twice without a drawing between: the window stays hidden, so nothing is typed in it.
                self.app.send(Command::Quit);
            }
        }
        let now = Instant::now();
        if let Some(next) = self.app.logic(now) {
            context.request_repaint_after(next.saturating_duration_since(now));
        }
        self.apply(context);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let context = ui.ctx().clone();
        let mut pressed = self.pressed(&context);
        pressed.extend(dropped(&context));
        if std::mem::take(&mut self.close_asked) {
            pressed.push(Command::Quit);
        }
        if !pressed.is_empty()
            && let Some(field) = context.memory(egui::Memory::focused)
        {
            // The field that is being edited sends what was typed before the command counts.
            context.memory_mut(|memory| memory.surrender_focus(field));
        }
        self.shell.show(&self.app.view(), ui);
        self.fonts.follow(&context, self.shell.demand());
        for command in pressed {
            self.app.send(command);
        }
        if let Some(began) = self.began.take() {
            tracing::info!(milliseconds = began.elapsed().as_millis(), "first frame");
        }
        if self.app.has_commands() {
            context.request_repaint();
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        self.app.end();
    }
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// A sentence, when no window can be opened.
pub fn run(prepared: Prepared, target: Target) -> Result<(), String> {
    let mut viewport = egui::ViewportBuilder::default()
        .with_title(TITLE)
        .with_app_id(APP_ID)
        .with_inner_size(SIZE)
        .with_min_inner_size(LEAST_SIZE);
    if let Ok(icon) = eframe::icon_data::from_png_bytes(ICON) {
        viewport = viewport.with_icon(icon);
    }
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Glow,
        persist_window: false,
        ..eframe::NativeOptions::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |creation| {
        let window = Window::new(&creation.egui_ctx, prepared, target, None)?;
        Ok(Box::new(window))
    });
    eframe::run_native(APP_ID, options, create).map_err(|error| error.to_string())
}

const ICON: &[u8] = include_bytes!("../../assets/icon/calminer-256.png");
