"""What pages lay their parts into."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget


class Slot(BoxLayout):
    """Room for what is there only sometimes; takes none when it is empty."""

    def put(self, *widgets: Widget) -> None:
        self.clear_widgets()
        for widget in widgets:
            self.add_widget(widget)


Builder.load_file(str(Path(__file__).with_suffix(".kv")))
