"""Lists as staff have them, in any layout, letters and state: file -> rows -> procedures and problems."""
