"""Analyze descriptions without creating arrays: shapes, parameters, costs, memory, receptive fields."""

from convref.analysis.columns import COLUMNS as COLUMNS
from convref.analysis.columns import Row as Row
from convref.analysis.comparison import MEASURES as MEASURES
from convref.analysis.comparison import side_by_side as side_by_side
from convref.analysis.conventions import CONVENTIONS as CONVENTIONS
from convref.analysis.entry_point import analyze as analyze
from convref.analysis.intensity import arithmetic_intensity as arithmetic_intensity
from convref.analysis.memory import TrainingMemory as TrainingMemory
from convref.analysis.operations import operations as operations
from convref.analysis.receptive_field import receptive_fields as receptive_fields
from convref.analysis.report import Report as Report
from convref.analysis.roofline import Device as Device
from convref.analysis.sights import Field as Field
from convref.analysis.sweep import Candidate as Candidate
from convref.analysis.sweep import Sweep as Sweep
from convref.analysis.sweep import sweep as sweep
from convref.analysis.table import Column as Column
from convref.analysis.table import Table as Table
from convref.analysis.versus import variants as variants
from convref.analysis.versus import versus as versus
