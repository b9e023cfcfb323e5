"""The scorecard by lead body: tables, pages, workbook, blank templates."""
