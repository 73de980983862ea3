import os
import sys

OLD = "sku,description,price,unit\n0815,\"Washer, M8\",0.05,pc\n815,Bolt,0.10,pc\nA-9,\"Pipe 3\"\"\",12.00,m\n"
NEW = "sku,unit,description,price\r\nA-9,m,\"Pipe 3\"\"\",12.50\r\n0815,pc,\"Washer, M8\",0.05\r\nB-1,pc,Nut,0.03\r\n"

if __name__ == "__main__":
    os.makedirs(sys.argv[1] + "/samples")
    for name, data in (("2024-05.csv", OLD), ("2024-06.csv", NEW)):
        with open(f"{sys.argv[1]}/samples/{name}", "w", newline="") as f:
            f.write(data)
