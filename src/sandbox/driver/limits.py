"""What bounds the cells of this container. Names and defaults: limits.ts."""

cell_time_counts_waiting = False
cell_timeout_message = ''
cell_timeout_stream = 'stderr'
cell_timeout_code = 1
call_time = 0
call_timeout_report = 'traceback'


def set(options):
    globals().update(
        cell_time_counts_waiting=options['cellTimeCountsWaiting'],
        cell_timeout_message=options['cellTimeoutMessage'],
        cell_timeout_stream=options['cellTimeoutStream'],
        cell_timeout_code=options['cellTimeoutCode'],
        call_time=options['callTime'],
        call_timeout_report=options['callTimeoutReport'],
    )
