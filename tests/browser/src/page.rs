//! One tab with the viewer in it, and everything that its network and console said.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use headless_chrome::protocol::cdp::types::Event;
use headless_chrome::protocol::cdp::{DOM, Emulation, Input, Network, Page as PageDomain, Runtime};
use headless_chrome::{Browser, Tab};
use serde_json::Value;

/// How long anything may take before a check fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// What can go wrong in a check, in words.
pub type Checked<T = ()> = Result<T, String>;

/// A tab.
pub struct Page {
    tab: Arc<Tab>,
    requests: Arc<Mutex<Vec<String>>>,
    complaints: Arc<Mutex<Vec<String>>>,
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

impl Page {
    /// Opens an address in a new tab and waits until the viewer stands.
    pub fn open(browser: &Browser, address: &str) -> Checked<Self> {
        let tab = browser.new_tab().map_err(words)?;
        let requests = Arc::new(Mutex::new(Vec::new()));
        let complaints = Arc::new(Mutex::new(Vec::new()));
        let (seen, heard) = (Arc::clone(&requests), Arc::clone(&complaints));
        tab.add_event_listener(Arc::new(move |event: &Event| {
            let note = |list: &Mutex<Vec<String>>, text: String| {
                if let Ok(mut list) = list.lock() {
                    list.push(text);
                }
            };
            match event {
                Event::NetworkRequestWillBeSent(event) => note(&seen, event.params.request.url.clone()),
                Event::NetworkWebSocketCreated(event) => note(&seen, event.params.url.clone()),
                Event::LogEntryAdded(event) => note(&heard, event.params.entry.text.clone()),
                Event::RuntimeExceptionThrown(event) => {
                    note(&heard, format!("{:?}", event.params.exception_details.exception));
                }
                _ => {}
            }
        }))
        .map_err(words)?;
        tab.call_method(Network::Enable {
            max_total_buffer_size: None,
            max_resource_buffer_size: None,
            max_post_data_size: None,
            report_direct_socket_traffic: None,
            enable_durable_messages: None,
        })
        .map_err(words)?;
        tab.enable_log().map_err(words)?;
        tab.enable_runtime().map_err(words)?;
        tab.navigate_to(address).map_err(words)?;
        let page = Self {
            tab,
            requests,
            complaints,
        };
        page.wait_for("the viewer", "!!document.querySelector('.app')")?;
        Ok(page)
    }

    /// Addresses of all requests of the tab so far.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().map(|list| list.clone()).unwrap_or_default()
    }

    /// What console and policy complained about so far.
    pub fn complaints(&self) -> Vec<String> {
        self.complaints
            .lock()
            .map(|list| list.clone())
            .unwrap_or_default()
    }

    /// The value of an expression; promises are waited for.
    pub fn value(&self, expression: &str) -> Checked<Value> {
        // As text, because values do not travel as objects here.
        let asked = format!("(async () => JSON.stringify(await ({expression})))()");
        let found = self.tab.evaluate(&asked, true).map_err(words)?;
        match found.value {
            Some(Value::String(text)) => serde_json::from_str(&text).map_err(words),
            _ if found.subtype == Some(Runtime::RemoteObjectSubtype::Error) => {
                Err(found.description.unwrap_or_default())
            }
            _ => Ok(Value::Null),
        }
    }

    /// A text of the page.
    pub fn text(&self, expression: &str) -> Checked<String> {
        match self.value(expression)? {
            Value::String(text) => Ok(text),
            other => Err(format!("`{expression}` is no text but {other}")),
        }
    }

    /// Waits until an expression is true. The page itself looks again and again: a question from outside takes the
    /// tenth of a second each time.
    pub fn wait_for(&self, what: &str, expression: &str) -> Checked {
        let started = Instant::now();
        let asked = format!(
            "(async () => {{ const end = performance.now() + {}; \
             while (!({expression})) {{ if (performance.now() > end) return false; \
             await new Promise(next => setTimeout(next, 5)) }} return true }})()",
            PATIENCE.as_millis()
        );
        loop {
            // An expression may fail while the page is being made.
            if self.value(&asked) == Ok(Value::Bool(true)) {
                return Ok(());
            }
            if started.elapsed() > PATIENCE {
                let shown = self
                    .value("document.body.innerText.slice(0, 1500)")
                    .unwrap_or_default();
                return Err(format!(
                    "waited in vain for {what}; the page says: {shown}; complaints: {:?}",
                    self.complaints()
                ));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Runs a script in the page and takes what it returns. In it, `await until(what, () => …)` waits, and
    /// `one(selector)` and `all(selector)` find elements.
    pub fn run(&self, script: &str) -> Checked<Value> {
        self.value(&format!(
            "(async () => {{ \
             const one = selector => document.querySelector(selector); \
             const all = selector => [...document.querySelectorAll(selector)]; \
             const until = async (what, holds) => {{ \
               const end = performance.now() + {}; \
               while (!holds()) {{ \
                 if (performance.now() > end) throw Error(`waited in vain for ${{what}}; the page says: ${{document.body.innerText.slice(0, 1500)}}`); \
                 await new Promise(next => setTimeout(next, 5)) }} }}; \
             {script} }})()",
            PATIENCE.as_millis()
        ))
    }

    /// Clicks the element of a selector.
    pub fn click(&self, selector: &str) -> Checked {
        let clicked = self.value(&format!(
            "(element => element ? (element.click(), true) : false)(document.querySelector({}))",
            Value::from(selector)
        ))?;
        if clicked == Value::Bool(true) {
            Ok(())
        } else {
            Err(format!("there is no {selector} to click"))
        }
    }

    /// Presses a key.
    pub fn press(&self, key: &str) -> Checked {
        self.tab.press_key(key).map(|_| ()).map_err(words)
    }

    /// Types into a field of the form.
    pub fn fill(&self, selector: &str, text: &str) -> Checked {
        self.value(&format!(
            "(field => {{ field.value = {}; field.dispatchEvent(new Event('input', {{bubbles: true}})); return true }})\
             (document.querySelector({}))",
            Value::from(text),
            Value::from(selector)
        ))
        .map(|_| ())
    }

    /// Goes to a fragment.
    pub fn go(&self, fragment: &str) -> Checked {
        self.value(&format!("(location.hash = {}, true)", Value::from(fragment)))
            .map(|_| ())
    }

    /// Chooses files in a file input.
    pub fn choose(&self, selector: &str, files: &[&Path]) -> Checked {
        let files = files.iter().map(|file| file.display().to_string()).collect();
        let found = self.tab.find_element(selector).map_err(words)?;
        self.tab
            .call_method(DOM::SetFileInputFiles {
                files,
                backend_node_id: Some(found.backend_node_id),
                node_id: None,
                object_id: None,
            })
            .map(|_| ())
            .map_err(words)
    }

    /// Drops files and folders onto the middle of the page, as a person does.
    pub fn drop(&self, paths: &[&Path]) -> Checked {
        let files: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        for kind in [
            Input::DispatchDragEventTypeOption::DragEnter,
            Input::DispatchDragEventTypeOption::DragOver,
            Input::DispatchDragEventTypeOption::Drop,
        ] {
            self.tab
                .call_method(Input::DispatchDragEvent {
                    Type: kind,
                    x: 400.0,
                    y: 300.0,
                    data: Input::DragData {
                        items: Vec::new(),
                        files: Some(files.clone()),
                        drag_operations_mask: 1,
                    },
                    modifiers: None,
                })
                .map_err(words)?;
        }
        Ok(())
    }

    /// Sets size and colour scheme, then saves a picture.
    pub fn picture(&self, file: &Path, (width, height): (u32, u32), dark: bool) -> Checked {
        self.resize(width, height, dark)?;
        std::thread::sleep(Duration::from_millis(250));
        let png = self
            .tab
            .capture_screenshot(PageDomain::CaptureScreenshotFormatOption::Png, None, None, true)
            .map_err(words)?;
        std::fs::write(file, png).map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Sets size and colour scheme.
    pub fn resize(&self, width: u32, height: u32, dark: bool) -> Checked {
        self.tab
            .call_method(Emulation::SetDeviceMetricsOverride {
                width,
                height,
                device_scale_factor: 1.0,
                mobile: false,
                scale: None,
                screen_width: None,
                screen_height: None,
                position_x: None,
                position_y: None,
                dont_set_visible_size: None,
                screen_orientation: None,
                viewport: None,
                display_feature: None,
                device_posture: None,
            })
            .map_err(words)?;
        let feature = Emulation::MediaFeature {
            name: "prefers-color-scheme".to_string(),
            value: if dark { "dark" } else { "light" }.to_string(),
        };
        self.tab
            .call_method(Emulation::SetEmulatedMedia {
                media: None,
                features: Some(vec![feature]),
            })
            .map_err(words)?;
        Ok(())
    }

    /// Closes the tab.
    pub fn close(self) {
        // A tab that is gone already is as good as closed.
        let _ = self.tab.close(true);
    }
}
