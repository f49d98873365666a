"""Redress: complaint handling on BPMN procedures, DMN tables and legal clocks."""
